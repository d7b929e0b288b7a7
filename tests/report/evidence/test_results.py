"""From cells to scores by run: what is averaged, what is compared, what is missing."""

import numpy as np
import pytest
from made_up import score, study, usual_scores, value_of, view, write_panel

from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import GridCell
from smoot.artifacts.results import agreed_images
from smoot.artifacts.scores import Curve, MetricInfo, read_scores
from smoot.core.errors import SmootError
from smoot.report.analysis.comparison import summarise
from smoot.report.analysis.hypotheses import PERFORMANCE
from smoot.report.evidence.evidence import Evidence, read_evidence
from smoot.report.render.markdown import markdown
from smoot.report.sections import cautions
from smoot.report.sections.cost import cost_table, quality_and_cost
from smoot.report.sections.curves import build, metric_curves

METRICS = {"accuracy_drop_uniform", "sparseness", "mprt", "shortcut_reliance"}


def evidence(grid: Grid) -> Evidence:
    return read_evidence(grid, view(grid))


def test_images_are_those_that_all_trained_models_of_the_seed_get_right(grid):
    correct = [read_scores(GridCell("toy", "net", method, 1), "quick").correct for method in ("baseline", "sgt")]
    assert agreed_images(correct, 4).tolist() == [True, False, True, False]
    assert agreed_images([], 4).all()
    results = evidence(grid).results.set_index(["method", "seed", "attribution", "metric"])
    row = results.loc["sgt", 1, "gradient", "sparseness"]
    assert row["value"] == pytest.approx((0.61 + 0.0) / 2)
    assert row["images"] == 2
    assert results.loc["sgt", 1, "gradient", "accuracy_drop_uniform"]["images"] == 4


def test_results_are_tidy_and_undefined_scores_keep_their_reason(grid):
    results = evidence(grid).results
    assert len(results) == 9 * (3 + 1 + 2 * (3 + 2))
    assert not results.duplicated(["dataset", "model", "method", "seed", "attribution", "metric"]).any()
    undefined = results[results["metric"] == "mprt"]
    assert (undefined["status"] == "undefined").all()
    assert undefined["value"].isna().all()
    assert (undefined["reason"] == "refused").all()


def test_differences_are_paired_by_seed(grid):
    results = evidence(grid).results
    # Without the baseline's seed 2, only two pairs are left.
    gone = (results["method"] == "baseline") & (results["seed"] == 2)
    (table,) = summarise(results[~gone], evidence(grid).metrics, grid.methods, grid.seeds, "baseline", 0.95)
    row = next(row for row in table.rows if row.metric == "test_accuracy")
    entries = {entry.method: entry for entry in row.entries}
    assert entries["sgt"].difference.mean == pytest.approx(0.1)
    assert entries["sgt"].difference.interval == pytest.approx((0.1, 0.1))
    assert entries["sgt"].difference.improvement == 1.0
    assert entries["sgt"].mean == pytest.approx(0.61)
    assert len(entries["baseline"].values) == 2
    loss = next(row for row in table.rows if row.metric == "test_loss")
    assert {entry.method: entry for entry in loss.entries}["sgt"].difference.improvement == 1.0, "lower is better"


def test_curves_are_accuracies_by_fraction_removed(grid):
    rows = evidence(grid).curves
    part = rows[(rows["method"] == "sgt") & (rows["seed"] == 0) & (rows["attribution"] == "gradient")]
    assert part[part["line"] == "saliency"]["y"].tolist() == [1.0] + [0.0] * 9
    assert part[part["line"] == "random"]["y"].tolist() == [1.0] * 10
    assert part[part["line"] == "random"]["x"].tolist() == [place / 10 for place in range(10)]
    assert rows[["low", "high"]].drop_duplicates().to_numpy().tolist() == [[0.0, 1.0]]


POINTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
HEIGHTS = (2.5, 2.0, 1.75, 1.5, 1.25, -0.5, -1.0)


def with_a_curve(cell, **info):
    """Adds a metric that has a curve of floats, beyond what an accuracy can be."""
    about = MetricInfo(
        title="Insertion", category="faithfulness", higher_is_better=True, citation="c", correct_only=False, **info
    )
    line = Curve(x=POINTS, x_label="fraction inserted", y_label="logit", values=(HEIGHTS,) * 3 + ((None,) * 7,))
    names = info.get("summaries", ())
    scores = usual_scores(value_of(cell)) + [
        score(
            "insertion", [0.5, 0.5, 0.5, None], attribution, info=about, reason="why", curves={"inserted": line},
            summaries={name: (place, place, place, None) for place, name in enumerate(names, start=1)},
        )
        for attribution in ("gradient", "random")
    ]  # fmt: skip
    write_panel(cell, "quick", scores)


def test_any_metrics_curve_is_drawn_by_its_own_axes(grid):
    for cell in grid.cells():
        with_a_curve(cell)
    own = study(grid)
    figure = metric_curves(own.evidence.curves, "gradient", dict.fromkeys(own.metrics, ""), own.look)
    accuracy, insertion = (axes for axes in figure.axes if axes.get_lines())
    assert (accuracy.get_xlabel(), accuracy.get_ylabel()) == ("fraction of pixels removed", "accuracy")
    assert (insertion.get_xlabel(), insertion.get_ylabel()) == ("fraction inserted", "logit")
    low, high = accuracy.get_ylim()
    assert low <= 0 < 1 <= high
    assert insertion.get_ylim()[1] >= 2.5
    assert {name for name in own.evidence.results["metric"] if name.startswith("insertion")} == {"insertion"}


@pytest.mark.parametrize(
    ("names", "cell"), [(("a", "b", "c"), "a 1.000, b 2.000, c 3.000"), (("start", "end"), "start 1.000, end 2.000")]
)
def test_summaries_that_are_no_difference_are_listed_by_name(grid, names, cell):
    for own in grid.cells():
        with_a_curve(own, summaries=names)
    own = study(grid)
    told = markdown([build(own)])
    assert cell in told
    assert {f"insertion_{name}" for name in names} <= set(own.evidence.results["metric"])
    assert "18 are undefined" in markdown([cautions.build(own)]), "summaries are not counted as scores"


def test_quality_is_accuracy_and_what_has_curves_by_the_attribution_of_the_report(grid):
    read = evidence(grid)
    quality = quality_and_cost(read.results, read.costs, read.metrics, "gradient")
    assert list(quality)[4:] == ["Test accuracy ↑", "Accuracy drop, random − saliency (uniform) ↑", "seconds"]
    assert set(quality["method"]) == {"baseline", "sgt"}
    quality = quality_and_cost(read.results, read.costs, read.metrics, "occlusion")
    assert list(quality)[4:] == ["Test accuracy ↑", "seconds"]


def test_cost_is_relative_to_the_baseline_and_an_untrained_model_has_no_ratio(grid):
    rows = {row["method"]: row for row in cost_table(evidence(grid).costs, grid.methods, "baseline")}
    assert rows["sgt"]["ratio"] == 2.5
    assert rows["baseline"]["ratio"] == 1.0
    assert np.isnan(rows["untrained"]["ratio"])


def test_scores_that_a_cell_lacks_are_those_that_others_have(grid):
    GridCell("toy", "net", "sgt", 1).scores("quick").unlink()
    results = evidence(grid).results
    gone = results[results["status"] == "not run"]
    pairs = set(zip(gone["attribution"], gone["metric"], strict=True))
    maps = {(name, metric) for name in ("gradient", "random") for metric in METRICS - {"shortcut_reliance"}}
    assert pairs == maps | {("", "shortcut_reliance")}
    assert len(gone) == 7
    assert set(gone["split"]) == {"test"}


def test_scores_whose_run_is_gone_are_missing_too(grid):
    (GridCell("toy", "net", "baseline", 0).run_folder / "run.json").unlink()
    read = evidence(grid)
    results = read.results
    gone = results[(results["method"] == "baseline") & (results["seed"] == 0)]
    assert set(gone["status"]) == {"not run"}
    assert gone["value"].isna().all()
    assert gone["reason"].str.startswith("results/").all()
    assert set(gone["metric"]) == {*PERFORMANCE, *METRICS}
    assert len(read.missing) == 2


def test_of_many_damaged_files_the_first_ten_are_named(make_grid):
    grid = make_grid(list(range(5)))
    for cell in grid.cells():
        cell.run_record.write_text("")
    with pytest.raises(SmootError) as error:
        evidence(grid)
    lines = str(error.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 5 more"


def test_cells_outside_the_grid_are_not_read(grid):
    smaller = grid.model_copy(update={"seeds": [0, 2]})
    assert set(evidence(smaller).results["seed"]) == {0, 2}
