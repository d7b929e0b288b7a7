"""From cells to a comparison: what is averaged, what is compared, what is missing."""

import re

import numpy as np
import pandas as pd
import pytest
from builders import PROJECT

from smoot.artifacts.paths import Cell
from smoot.core.errors import SmootError
from smoot.core.files import read_json, write_json, write_npz
from smoot.core.params_file import read
from smoot.report import figures, render, stage
from smoot.report.comparison import summarise
from smoot.report.costs import cost_table
from smoot.report.hypotheses import PERFORMANCE
from smoot.report.records import collect
from smoot.report.results import agreed_images, areas, curves, described, tidy

PANEL = {
    "images": 4,
    "attributions": {"gradient": {}, "random": {}},
    "metrics": {
        "accuracy_drop_uniform": {"metric": "accuracy_drop"},
        "sparseness": {},
        "mprt": {},
        "shortcut_reliance": {},
    },
}


def view(grid, **report):
    raw = read(PROJECT / "workflow/presets/smoke.yaml")
    raw["grid"] = grid.model_dump()
    raw["panels"] = {"quick": PANEL}
    raw["report"] |= {"name": "toy", "formats": ["svg"]} | report
    return {block: raw[block] for block in stage.blocks()}


def test_images_are_those_that_all_trained_models_of_the_seed_get_right(grid):
    collected = collect(grid)
    agreed = agreed_images(collected, Cell("toy", "net", "untrained", 1), "quick")
    assert agreed.tolist() == [True, False, True, False]
    results = tidy(collected).set_index(["method", "seed", "attribution", "metric"])
    row = results.loc["sgt", 1, "gradient", "sparseness"]
    assert row["value"] == pytest.approx((0.61 + 0.0) / 2)
    assert row["images"] == 2
    assert results.loc["sgt", 1, "gradient", "accuracy_drop_uniform"]["images"] == 4


def test_results_are_tidy_and_undefined_scores_keep_their_reason(grid):
    results = tidy(collect(grid))
    assert len(results) == 9 * (3 + 1 + 2 * (3 + 2))
    assert not results.duplicated(["dataset", "model", "method", "seed", "attribution", "metric"]).any()
    undefined = results[results["metric"] == "mprt"]
    assert (undefined["status"] == "undefined").all()
    assert undefined["value"].isna().all()
    assert (undefined["reason"] == "refused").all()


def test_differences_are_paired_by_seed(grid):
    collected = collect(grid)
    results = tidy(collected)
    # Without the baseline's seed 2, only two pairs are left.
    gone = (results["method"] == "baseline") & (results["seed"] == 2)
    (table,) = summarise(results[~gone], described(collected), grid.methods, 3, "baseline", 0.95)
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
    collected = collect(grid)
    (table,) = summarise(tidy(collected), described(collected), grid.methods, 3, "baseline", 0.95)
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
        scores = read_json(cell.scores("quick"))
        assert scores["results"][0]["attribution"] == ""
        scores["results"][0] |= {"applies": False, "values": [None] * 4, "reason": "the data set has no shortcut"}
        write_json(cell.scores("quick"), scores)
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
    scores = read_json(path := Cell("toy", "net", "sgt", 0).scores("quick"))
    scores["results"][0] |= {"applies": False, "values": [None] * 4, "reason": "why not"}
    write_json(path, scores)
    stage.run(view(grid))
    page = (tmp_path / "reports/toy/report.md").read_text()
    assert "1 do not apply" in page
    assert "| Shortcut reliance ↓ |" in page


def test_the_areas_of_an_accuracy_drop_stand_beside_it(grid):
    (row,) = areas(tidy(collect(grid)))
    assert (row["metric"], row["attribution"]) == ("accuracy_drop_uniform", "gradient")
    assert row["methods"]["sgt"] == (pytest.approx(1.0), pytest.approx(0.5 / 9))


def test_curves_are_accuracies_by_fraction_removed(grid):
    rows = curves(collect(grid))
    part = rows[(rows["method"] == "sgt") & (rows["seed"] == 0) & (rows["attribution"] == "gradient")]
    assert part[part["order"] == "saliency"]["accuracy"].tolist() == [1.0] + [0.0] * 9
    assert part[part["order"] == "random"]["accuracy"].tolist() == [1.0] * 10


def test_cost_is_relative_to_the_baseline_and_an_untrained_model_has_no_ratio(grid):
    rows = {row["method"]: row for row in cost_table(collect(grid).costs, grid.methods, "baseline")}
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


def test_a_panel_that_ran_nowhere_is_counted(grid, tmp_path):
    raw = view(grid.model_copy(update={"panels": ["quick", "other"]}))
    raw["panels"] |= {"other": {"images": 4, "attributions": {"gradient": {}}, "metrics": {"relevance_rank": {}}}}
    stage.run(raw, partial=True)
    for name in ("index.html", "report.md"):
        assert "9 have not been run" in (tmp_path / "reports/toy" / name).read_text()


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
    gallery = figures.gallery
    monkeypatch.setattr(figures, "gallery", lambda *rest: drawn.append(list(rest[2])) or gallery(*rest))
    path = Cell("toy", "net", "baseline", 0).scores("quick").with_suffix(".npz")
    with np.load(path) as arrays:
        write_npz(path, {name: arrays[name] for name in arrays if name != "map.gradient"})
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
    assert set(gone["metric"]) == {*PERFORMANCE, *PANEL["metrics"]}
    assert "2 results are missing" in (tmp_path / "reports/toy/index.html").read_text()


def test_runs_of_other_params_are_pointed_out(grid, tmp_path):
    stage.run(view(grid))
    assert "were made with other parameters" not in (tmp_path / "reports/toy/index.html").read_text()
    changed = view(grid)
    changed["training"] = changed["training"] | {"epochs": 99}
    stage.run(changed)
    assert "9 runs were made with other parameters" in (tmp_path / "reports/toy/index.html").read_text()


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
