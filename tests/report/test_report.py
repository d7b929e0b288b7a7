"""From cells to a comparison: what is averaged, what is compared, what is missing."""

import re

import numpy as np
import pandas as pd
import pytest
from made_up import accuracy_drop, rewrite, score, usual_scores, value_of, view, write_panel, write_run

from smoot.artifacts.paths import Cell, ReportFolder
from smoot.artifacts.scores import Curve, MetricInfo, read_maps, write_maps
from smoot.core.errors import SmootError
from smoot.report import curve_figure, figures, render, stage
from smoot.report.comparison import summarise
from smoot.report.costs import cost_table, quality_and_cost
from smoot.report.curves import curve_points, summaries
from smoot.report.hypotheses import PERFORMANCE
from smoot.report.metrics import read_metrics
from smoot.report.records import read_records
from smoot.report.results import agreed_images, measured

METRICS = {"accuracy_drop_uniform", "sparseness", "mprt", "shortcut_reliance"}


def not_applicable(record, reason):
    """The score of the model itself, as of one that has none."""
    if record.attribution:
        return record
    return record.model_copy(update={"applies": False, "values": (None,) * 4, "reason": reason})


def test_images_are_those_that_all_trained_models_of_the_seed_get_right(grid):
    records = read_records(grid)
    agreed = agreed_images(records, Cell("toy", "net", "untrained", 1), "quick")
    assert agreed.tolist() == [True, False, True, False]
    results = measured(records).set_index(["method", "seed", "attribution", "metric"])
    row = results.loc["sgt", 1, "gradient", "sparseness"]
    assert row["value"] == pytest.approx((0.61 + 0.0) / 2)
    assert row["images"] == 2
    assert results.loc["sgt", 1, "gradient", "accuracy_drop_uniform"]["images"] == 4


def test_results_are_tidy_and_undefined_scores_keep_their_reason(grid):
    results = measured(read_records(grid))
    assert len(results) == 9 * (3 + 1 + 2 * (3 + 2))
    assert not results.duplicated(["dataset", "model", "method", "seed", "attribution", "metric"]).any()
    undefined = results[results["metric"] == "mprt"]
    assert (undefined["status"] == "undefined").all()
    assert undefined["value"].isna().all()
    assert (undefined["reason"] == "refused").all()


def test_differences_are_paired_by_seed(grid):
    records = read_records(grid)
    results = measured(records)
    # Without the baseline's seed 2, only two pairs are left.
    gone = (results["method"] == "baseline") & (results["seed"] == 2)
    (table,) = summarise(results[~gone], read_metrics(records), grid.methods, 3, "baseline", 0.95)
    row = next(row for row in table.rows if row.metric == "test_accuracy")
    entries = {entry.method: entry for entry in row.entries}
    assert entries["sgt"].difference.mean == pytest.approx(0.1)
    assert entries["sgt"].difference.interval == pytest.approx((0.1, 0.1))
    assert entries["sgt"].difference.improvement == 1.0
    assert entries["sgt"].mean == pytest.approx(0.61)
    assert len(entries["baseline"].values) == 2
    loss = next(row for row in table.rows if row.metric == "test_loss")
    assert {entry.method: entry for entry in loss.entries}["sgt"].difference.improvement == 1.0, "lower is better"


def test_a_score_of_the_model_itself_is_one_row_under_performance(grid, tmp_path):
    records = read_records(grid)
    (table,) = summarise(measured(records), read_metrics(records), grid.methods, 3, "baseline", 0.95)
    assert next(iter(table.categories)) == "performance"
    assert [row.metric for row in table.categories["performance"]] == [
        "test_accuracy",
        "test_loss",
        "test_ece",
        "shortcut_reliance",
    ]
    row = table.categories["performance"][-1]
    assert row.attribution == ""
    # Of all images, right or wrong, that have a value.
    assert [entry.mean for entry in row.entries] == pytest.approx([1 / 3] * 3)
    stage.run(view(grid))
    assert (tmp_path / "reports/toy/index.html").read_text().count("Shortcut reliance ↓") == 1
    assert "| Shortcut reliance ↓ | – |" in (tmp_path / "reports/toy/report.md").read_text()


def test_what_does_not_apply_is_counted_and_named_with_its_reason_and_has_no_row(grid, tmp_path):
    for cell in grid.cells():
        rewrite(cell, lambda record: not_applicable(record, "the data set has no shortcut"))
    stage.run(view(grid))
    results = pd.read_csv(tmp_path / "reports/toy/results.csv", keep_default_na=False)
    rows = results[results["metric"] == "shortcut_reliance"]
    assert set(rows["status"]) == {"not applicable"}
    assert set(rows["reason"]) == {"the data set has no shortcut"}
    for name in ("index.html", "report.md"):
        page = (tmp_path / "reports/toy" / name).read_text()
        assert "18 scores are undefined, 9 do not apply, 0 have not been run" in page
        assert "Not applicable: Shortcut reliance: the data set has no shortcut." in page
        assert page.count("Shortcut reliance") == 1


def test_what_applies_to_some_methods_only_keeps_its_row(grid, tmp_path):
    rewrite(Cell("toy", "net", "sgt", 0), lambda record: not_applicable(record, "why not"))
    stage.run(view(grid))
    page = (tmp_path / "reports/toy/report.md").read_text()
    assert "1 do not apply" in page
    assert "| Shortcut reliance ↓ |" in page


def test_the_areas_of_an_accuracy_drop_stand_beside_it(grid):
    records = read_records(grid)
    (row,) = summaries(measured(records), read_metrics(records), records.null_maps, "test")
    assert (row.metric, row.attribution) == ("accuracy_drop_uniform", "gradient")
    assert row.difference == ("random_area", "saliency_area")
    assert row.methods["sgt"] == pytest.approx({"random_area": 0.5 / 9 + 0.21, "saliency_area": 0.5 / 9})
    stage.run(view(grid))
    assert "<td>0.266 − 0.056 = 0.210</td>" in (grid_page := ReportFolder("toy").page.read_text())
    assert "the difference is the score of the summary" in grid_page


def test_curves_are_accuracies_by_fraction_removed(grid):
    rows = curve_points(read_records(grid))
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


def test_any_metrics_curve_is_drawn_by_its_own_axes(grid, tmp_path, monkeypatch):
    for cell in grid.cells():
        with_a_curve(cell)
    drawn = []
    metric_curves = curve_figure.metric_curves
    monkeypatch.setattr(curve_figure, "metric_curves", lambda *rest: drawn.append(metric_curves(*rest)) or drawn[-1])
    monkeypatch.setattr(render.plt, "close", lambda figure: None)
    stage.run(view(grid))
    (figure,) = drawn
    accuracy, insertion = figure.axes
    assert accuracy.get_title() == "toy · net\naccuracy_drop_uniform"
    assert insertion.get_title() == "toy · net\ninsertion"
    assert (accuracy.get_xlabel(), accuracy.get_ylabel()) == ("fraction of pixels removed", "accuracy")
    assert (insertion.get_xlabel(), insertion.get_ylabel()) == ("fraction inserted", "logit")
    assert accuracy.get_ylim() == (0, 1)
    assert insertion.get_ylim()[1] >= 2.5
    lines = [line.get_xydata().tolist() for line in insertion.get_lines() if len(line.get_xdata())]
    assert lines == [[list(point) for point in zip(POINTS, HEIGHTS, strict=True)]] * 3
    results = pd.read_csv(ReportFolder("toy").results)
    assert {name for name in results["metric"] if name.startswith("insertion")} == {"insertion"}
    assert len(list((tmp_path / "reports/toy/figures").glob("curves_*.svg"))) == 1


@pytest.mark.parametrize(
    ("names", "cell"), [(("a", "b", "c"), "a 1.000, b 2.000, c 3.000"), (("start", "end"), "start 1.000, end 2.000")]
)
def test_summaries_that_are_no_difference_are_listed_by_name(grid, names, cell):
    for own in grid.cells():
        with_a_curve(own, summaries=names)
    stage.run(view(grid))
    page = ReportFolder("toy").page.read_text()
    assert f"<td>{cell}</td>" in page
    assert "= 0.210</td>" in page
    assert "random order − the map's order" not in page
    results = pd.read_csv(ReportFolder("toy").results)
    assert {f"insertion_{name}" for name in names} <= set(results["metric"])
    assert "18 scores are undefined" in page, "summaries are not counted as scores"


def test_quality_is_accuracy_and_what_has_curves_by_the_attribution_of_the_report(grid):
    records = read_records(grid)
    quality = quality_and_cost(measured(records), records.costs, read_metrics(records), "gradient")
    assert list(quality)[4:] == ["test_accuracy", "accuracy_drop_uniform", "seconds"]
    assert set(quality["method"]) == {"baseline", "sgt"}
    quality = quality_and_cost(measured(records), records.costs, read_metrics(records), "occlusion")
    assert list(quality)[4:] == ["test_accuracy", "seconds"]


def test_cost_is_relative_to_the_baseline_and_an_untrained_model_has_no_ratio(grid):
    rows = {row["method"]: row for row in cost_table(read_records(grid).costs, grid.methods, "baseline")}
    assert rows["sgt"]["ratio"] == 2.5
    assert rows["baseline"]["ratio"] == 1.0
    assert np.isnan(rows["untrained"]["ratio"])


def test_the_report_is_whole_and_self_contained(grid, tmp_path):
    stage.run(view(grid))
    folder = tmp_path / "reports/toy"
    page = (folder / "index.html").read_text()
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
    assert "<script" not in page
    assert page.count("data:image/svg+xml") == len(list((folder / "figures").glob("*.svg")))
    assert "+0.100 [+0.100, +0.100]" in page
    assert "No claim of significance can be made" in page
    assert "18 scores are undefined" in page
    assert len(pd.read_csv(folder / "results.csv")) == 126
    assert r"\begin{longtable}{llrrr}" in (folder / "tables.tex").read_text()
    assert "| Test accuracy ↑ | – | 0.510 (0.500, 0.510, 0.520) |" in (folder / "report.md").read_text()


def test_primary_comparisons_have_a_section_of_their_own_and_the_only_p(make_grid, tmp_path):
    grid = make_grid(list(range(7)))
    primary = {"methods": ["sgt"], "metrics": ["test_accuracy", "sparseness"], "attributions": ["gradient"]}
    stage.run(view(grid, primary=primary))
    page = (tmp_path / "reports/toy/index.html").read_text()
    assert "No claim of significance" not in page
    assert "adjusted for all 2 of them (Holm)" in page
    claim = "<td>sgt − baseline</td><td>+0.100 [+0.100, +0.100]</td><td>1.00</td><td>0.0312</td><td>better</td></tr>"
    assert page.count(claim) == 1
    assert page.count(", p 0.0") == 2
    text = (tmp_path / "reports/toy/report.md").read_text()
    assert text.count(", p 0.0") == 2
    assert (
        "| toy | net | Test accuracy ↑ | – | sgt − baseline | +0.100 [+0.100, +0.100] | 1.00 | 0.0312 | better |"
        in text
    )
    assert (tmp_path / "reports/toy/tables.tex").read_text().count("], p = 0.0") == 2
    # One more comparison than seven seeds can carry, and it is said how many could.
    stage.run(view(grid, primary=primary | {"metrics": ["test_accuracy", "test_loss", "test_ece", "sparseness"]}))
    for name in ("index.html", "report.md"):
        page = (tmp_path / "reports/toy" / name).read_text()
        assert "for 4 primary comparisons, 8 seeds are needed" in page
        assert ", p 0.0" not in page


def test_a_primary_comparison_is_of_all_data_sets_as_one(make_grid, tmp_path):
    grid = make_grid(list(range(6)), datasets=("toy", "toy_two"))
    stage.run(view(grid, primary={"methods": ["sgt"], "metrics": ["test_accuracy"]}))
    page = (tmp_path / "reports/toy/index.html").read_text()
    start = page.index('<section id="claims">')
    section = page[start : page.index("</section>", start)]
    assert section.count("<tr><td>all data sets</td><td>net</td>") == section.count("<tr><td>") == 1
    assert "<td>0.0312</td><td>better</td>" in section


def test_a_primary_comparison_that_was_not_scored_is_shown_and_counted_and_nothing_is_claimed(make_grid, tmp_path):
    grid = make_grid(list(range(7)))
    for seed in grid.seeds:
        Cell("toy", "net", "sgt", seed).scores("quick").unlink()
    primary = {"methods": ["sgt"], "metrics": ["test_accuracy", "sparseness"], "attributions": ["gradient"]}
    stage.run(view(grid, primary=primary), partial=True)
    page = (tmp_path / "reports/toy/index.html").read_text()
    assert "adjusted for all 2 of them" in page
    assert "<td>0.0312</td><td>not shown</td>" in page
    assert "<td>–</td><td>not tested</td>" in page
    assert re.search(r"No claim of significance can be made</strong>: results are missing", page)


def test_a_panel_that_ran_nowhere_is_missing(grid, tmp_path):
    stage.run(view(grid.model_copy(update={"panels": ["quick", "other"]})), partial=True)
    for name in ("index.html", "report.md"):
        assert "9 results are missing" in (tmp_path / "reports/toy" / name).read_text()
    with pytest.raises(SmootError, match=r"missing results.*\n  results/scores/toy/net/baseline/seed0/other.json"):
        stage.run(view(grid.model_copy(update={"panels": ["quick", "other"]})))


def test_scores_that_a_cell_lacks_are_those_that_others_have(grid, tmp_path):
    Cell("toy", "net", "sgt", 1).scores("quick").unlink()
    stage.run(view(grid), partial=True)
    results = pd.read_csv(tmp_path / "reports/toy/results.csv")
    gone = results[results["status"] == "not run"]
    pairs = set(zip(gone["attribution"].fillna(""), gone["metric"], strict=True))
    maps = {(name, metric) for name in ("gradient", "random") for metric in METRICS - {"shortcut_reliance"}}
    assert pairs == maps | {("", "shortcut_reliance")}
    assert len(gone) == 7
    assert set(gone["split"]) == {"test"}
    assert "7 have not been run" in (tmp_path / "reports/toy/report.md").read_text()


def test_one_seed_is_a_report_without_intervals(grid, tmp_path):
    stage.run(view(grid.model_copy(update={"seeds": [1]})))
    page = (tmp_path / "reports/toy/index.html").read_text()
    assert "+0.100 [–, –]" in page
    assert "with 1 seeds the smallest two-sided p of a paired test is 1.0000" in page


def test_untrained_models_alone_are_compared_with_nothing(grid, tmp_path):
    stage.run(view(grid.model_copy(update={"methods": ["baseline", "untrained"]})))
    assert "there is no comparison of trained methods" in (tmp_path / "reports/toy/index.html").read_text()


def test_a_metric_that_fails_is_marked_in_every_table(grid, tmp_path):
    stage.run(view(grid))
    folder = tmp_path / "reports/toy"
    # The map and the random one score the same in the made-up cells.
    mark = '<a class="mark" href="#sanity" title="see Sanity">!</a>'
    assert f"Sparseness ↑ {mark}</th>" in (page := (folder / "index.html").read_text())
    assert f"<td>accuracy_drop_uniform {mark}</td>" in page
    assert "| Sparseness ↑ ! |" in (folder / "report.md").read_text()
    assert r"Sparseness $\uparrow$ ! & gradient" in (folder / "tables.tex").read_text()


def test_tex_escapes_what_latex_would_take_for_its_own():
    assert render.tex(r"a_b 5% ~ \^{$") == r"a\_b 5\% \textasciitilde{} \textbackslash{}\textasciicircum{}\{\$"


def test_a_map_that_some_models_do_not_have_is_drawn_for_the_others(grid, tmp_path, monkeypatch):
    drawn = []
    map_grid = figures.map_grid
    monkeypatch.setattr(figures, "map_grid", lambda *rest: drawn.append(list(rest[2])) or map_grid(*rest))
    cell = Cell("toy", "net", "baseline", 0)
    split, maps = read_maps(cell, "quick")
    write_maps(cell, "quick", split, {name: values for name, values in maps.items() if name != "gradient"})
    stage.run(view(grid))
    assert drawn == [["sgt", "untrained"]]


def test_the_same_cells_give_the_same_bytes(grid, tmp_path):
    contents = []
    for _ in range(2):
        stage.run(view(grid))
        contents.append(
            {path.name: path.read_bytes() for path in (tmp_path / "reports/toy").rglob("*") if path.is_file()}
        )
    assert contents[0] == contents[1]


def test_a_missing_cell_is_refused_and_shown_if_partial(grid, tmp_path):
    cell = Cell("toy", "net", "sgt", 1)
    (cell.run_folder / "run.json").unlink()
    cell.scores("quick").unlink()
    with pytest.raises(SmootError, match="results/runs/toy/net/sgt/seed1"):
        stage.run(view(grid))
    assert not (tmp_path / "reports").exists()
    stage.run(view(grid), partial=True)
    page = (tmp_path / "reports/toy/index.html").read_text()
    assert "2 results are missing" in page
    assert "2 of 3 seeds" in page


def test_scores_whose_run_is_gone_are_missing_too(grid, tmp_path):
    (Cell("toy", "net", "baseline", 0).run_folder / "run.json").unlink()
    stage.run(view(grid), partial=True)
    results = pd.read_csv(tmp_path / "reports/toy/results.csv")
    gone = results[(results["method"] == "baseline") & (results["seed"] == 0)]
    assert set(gone["status"]) == {"not run"}
    assert gone["value"].isna().all()
    assert gone["reason"].str.startswith("results/").all()
    assert set(gone["metric"]) == {*PERFORMANCE, *METRICS}
    assert "2 results are missing" in (tmp_path / "reports/toy/index.html").read_text()


def test_runs_of_other_params_are_pointed_out(grid, tmp_path):
    stage.run(view(grid))
    assert "were made with other parameters" not in (tmp_path / "reports/toy/index.html").read_text()
    changed = view(grid)
    changed["training"] = changed["training"] | {"epochs": 99}
    stage.run(changed)
    assert "9 runs or scores were made with other parameters" in (tmp_path / "reports/toy/index.html").read_text()


def test_methods_with_a_masking_of_their_own_are_pointed_out(grid, tmp_path):
    stage.run(view(grid))
    for name in ("index.html", "report.md"):
        page = (tmp_path / "reports/toy" / name).read_text()
        (line,) = [line for line in page.splitlines() if "Not all methods share" in line]
        assert line.count("sgt: ") == 1
        assert "random" in line
        assert "baseline" not in line


def test_runs_that_were_not_deterministic_are_pointed_out(grid, tmp_path):
    stage.run(view(grid))
    for name in ("index.html", "report.md"):
        assert "3 runs were not deterministic" in (tmp_path / "reports/toy" / name).read_text()
    stage.run(view(grid.model_copy(update={"seeds": [0, 1]})))
    assert "not deterministic" not in (tmp_path / "reports/toy/index.html").read_text()


def test_methods_with_a_recipe_of_their_own_are_pointed_out(grid, tmp_path):
    for seed in grid.seeds:
        cell = Cell("toy", "net", "sgt", seed)
        write_run(cell, value_of(cell), component="other", recipe={"lr": 0.5, "epochs": 7})
    stage.run(view(grid))
    for name in ("index.html", "report.md"):
        lines = (tmp_path / "reports/toy" / name).read_text().splitlines()
        masking, training = [line for line in lines if "Not all methods share" in line]
        assert "masking" in masking
        assert "training" in training
        assert "0.5" in training
        assert "epochs" in training
        assert training.count("sgt: ") == 1
        assert "baseline" not in training


def test_what_a_reader_must_know_of_a_method_is_said_once(grid, tmp_path):
    stage.run(view(grid))
    note = "This is a reconstruction."
    assert note not in (tmp_path / "reports/toy/index.html").read_text()
    for cell in grid.cells():
        write_run(cell, value_of(cell), note=note if cell.method != "baseline" else "")
    stage.run(view(grid))
    for name, methods in (("index.html", "<strong>sgt, untrained</strong>: "), ("report.md", "`sgt`, `untrained`: ")):
        assert (tmp_path / "reports/toy" / name).read_text().count(methods + note) == 1
        assert (tmp_path / "reports/toy" / name).read_text().count(note) == 1


def with_validation(grid):
    """The grid with a second panel, of validation images."""
    for cell in grid.cells():
        own = value_of(cell)
        drop = accuracy_drop(own - 0.3, "gradient").model_copy(update={"metric": "accuracy_drop_chosen"})
        write_panel(cell, "choice", [drop], split="val", shares={})
    return grid.model_copy(update={"panels": ["quick", "choice"]})


def test_validation_and_test_are_never_in_one_table(grid, tmp_path):
    stage.run(view(with_validation(grid)))
    folder = tmp_path / "reports/toy"
    text = (folder / "report.md").read_text()
    tables = {part.splitlines()[0]: part for part in text.split("\n## ")[1:]}
    assert list(tables)[:2] == ["toy · net", "toy · net · validation images"]
    test, val = tables["toy · net"], tables["toy · net · validation images"]
    assert "Test accuracy" in test
    assert "Sparseness" in test
    assert "Validation" not in test
    assert "(chosen)" not in test
    assert [line.split("|")[1].strip() for line in val.splitlines()[4:] if line] == [
        "Validation accuracy ↑",
        "Validation cross-entropy ↓",
        "Expected calibration error ↓",
        "Accuracy drop, random − saliency (chosen) ↑ ?",
    ]
    of_test, of_val = tables["Sanity"].split("### Validation images")
    assert "(chosen)" not in of_test
    assert "Sparseness" not in of_val
    assert "(uniform)" not in of_val
    tex = (folder / "tables.tex").read_text()
    assert tex.count(r"\begin{longtable}") == 2
    assert "toy, net, validation images: mean" in tex
    results = pd.read_csv(folder / "results.csv")
    assert list(results)[-1] == "split"
    assert set(results[results["split"] == "val"]["metric"]) == {
        "val_accuracy", "val_loss", "val_ece", "accuracy_drop_chosen", "accuracy_drop_chosen_random_area",
        "accuracy_drop_chosen_saliency_area",
    }  # fmt: skip
    page = (folder / "index.html").read_text()
    assert "<h3>toy · net · validation images</h3>" in page


def test_nothing_is_claimed_of_validation_images(make_grid, tmp_path):
    grid = with_validation(make_grid(list(range(7))))
    stage.run(view(grid, primary={"methods": ["sgt"], "metrics": ["test_accuracy"]}))
    page = (tmp_path / "reports/toy/index.html").read_text()
    assert "adjusted for all 1 of them (Holm)" in page
    primary = {"methods": ["sgt"], "metrics": ["val_accuracy", "accuracy_drop_chosen"], "attributions": ["gradient"]}
    stage.run(view(grid, primary=primary))
    assert "adjusted for all 0 of them" in (tmp_path / "reports/toy/index.html").read_text()


def test_figures_of_validation_images_say_so(grid, monkeypatch):
    titles = []
    metric_curves = curve_figure.metric_curves

    def noted(*arguments):
        figure = metric_curves(*arguments)
        titles.extend(axes.get_title() for axes in figure.axes)
        return figure

    monkeypatch.setattr(curve_figure, "metric_curves", noted)
    stage.run(view(with_validation(grid)))
    assert titles == [
        "toy · net\naccuracy_drop_uniform",
        "toy · net\naccuracy_drop_chosen (validation images)",
    ]


def test_damaged_files_are_named_together_with_what_to_run(grid):
    cells = grid.cells()
    cells[0].run_record.write_text("{")
    cells[1].cost.write_text("{}")
    cells[2].history.write_text("epoch\nx")
    cells[3].scores("quick").write_text("")
    cells[5].run_record.write_bytes(cells[4].run_record.read_bytes())
    with pytest.raises(SmootError) as error:
        stage.run(view(grid), partial=True)
    lines = str(error.value).splitlines()
    paths = [cells[0].run_record, cells[1].cost, cells[2].history, cells[3].scores("quick"), cells[5].run_record]
    assert [line.split(":")[0] for line in lines] == [str(path) for path in paths]
    assert all("again" in line for line in lines)
    assert not ReportFolder("toy").path.exists()


def test_of_many_damaged_files_the_first_ten_are_named(make_grid):
    grid = make_grid(list(range(5)))
    for cell in grid.cells():
        cell.run_record.write_text("")
    with pytest.raises(SmootError) as error:
        read_records(grid)
    lines = str(error.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 5 more"


def test_damaged_maps_are_named(grid):
    cell = Cell("toy", "net", "sgt", 0)
    cell.maps("quick").write_bytes(b"PK")
    with pytest.raises(SmootError, match=r"quick.npz: damaged .*; score the cell again"):
        stage.run(view(grid))


def test_cells_outside_the_grid_are_not_read(grid, tmp_path):
    smaller = grid.model_copy(update={"seeds": [0, 2]})
    stage.run(view(smaller))
    assert set(pd.read_csv(tmp_path / "reports/toy/results.csv")["seed"]) == {0, 2}


def test_text_is_escaped(grid, tmp_path):
    stage.run(view(grid, title="<b>50 % & more_</b>"))
    assert "<h1>&lt;b&gt;50 % &amp; more_&lt;/b&gt;</h1>" in (tmp_path / "reports/toy/index.html").read_text()


def test_a_report_without_a_gallery_draws_none(grid, tmp_path):
    stage.run(view(grid, gallery=0))
    assert not list((tmp_path / "reports/toy/figures").glob("gallery*"))
    assert list((tmp_path / "reports/toy/figures").glob("seeds*"))
