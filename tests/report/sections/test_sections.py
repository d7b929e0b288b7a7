"""What the sections of a report say of made-up cells."""

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from made_up import rewrite, score, study, value_of, with_validation, write_panel, write_run

from smoot.artifacts.paths import GridCell as RunCell
from smoot.artifacts.scores import MetricInfo, read_maps, write_maps
from smoot.report import sections as package
from smoot.report.analysis.comparison import Difference, MethodScores, ScoreRow, pairwise_differences
from smoot.report.page import Cell, Gallery, Note, Part, Picture, Points, Section, Table
from smoot.report.render.markdown import markdown
from smoot.report.sections import sections
from smoot.report.sections.answer import question
from smoot.report.sections.frontier import grouped

PRIMARY = {"methods": ["sgt"], "metrics": ["test_accuracy", "sparseness"], "attributions": ["gradient"]}


def built(grid, **report):
    return {section.id: section for section in sections(study(grid, **report))}


def told(section):
    """All that it says, as plain text."""
    return markdown([section]).replace("\\", "")


def tables(section):
    return list(_tables(section.blocks))


def _tables(blocks):
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Part):
            yield from _tables(block.blocks)


def row(section, name, attribution=None):
    (found,) = [
        row
        for table in tables(section)
        for row in table.rows
        if row.cells[0].text == name and attribution in (None, row.labels.get("attribution"))
    ]
    return found


def test_a_section_is_one_file_and_one_name_in_the_list(grid, monkeypatch):
    own = ModuleType("own")
    own.build = lambda study: Section("own", "Own", "", (Note(f"{len(study.evidence.costs)} runs"),))
    monkeypatch.setattr(package, "SECTIONS", [package.answer, own, package.provenance])
    found = list(sections(study(grid)))
    assert [section.id for section in found] == ["answer", "own", "provenance"]
    assert "## Own\n\n9 runs" in markdown(found)
    monkeypatch.setattr(package, "SECTIONS", [package.answer, package.provenance])
    monkeypatch.setattr(package, "load_own", {"sections": [own]}.get)
    assert [section.id for section in sections(study(grid))] == ["answer", "provenance", "own"]


def test_every_section_that_is_listed_has_a_name_of_its_own(grid):
    found = list(sections(study(grid)))
    assert len({section.id for section in found}) == len(found)
    names = [table.name for section in found for table in tables(section)]
    assert len(set(names)) == len(names)


def test_the_question_is_the_authors_or_made_from_the_grid(grid):
    assert built(grid, question="Is it so?")["answer"].reading == "Is it so?"
    assert built(grid)["answer"].reading == (
        "Does sgt differ from baseline in accuracy, and in how well its explanations score, on toy with net, over 3 "
        "training seeds?"
    )


def test_without_a_declared_comparison_it_is_said_that_nothing_is_claimed(grid):
    text = told(built(grid)["answer"])
    assert (
        "**No comparison was declared** (`report.primary`), so nothing is claimed. Of 6 differences to baseline, "
        "0 have an interval that excludes 0, 0 of them better" in text
    )
    assert "**No claim of significance can be made**: with 3 seeds the smallest two-sided p" in text


def test_every_declared_comparison_has_a_sentence_a_row_and_the_only_p(make_grid):
    found = built(make_grid(list(range(7))), primary=PRIMARY)
    text = told(found["answer"])
    assert "**Shown**: sgt is more accurate than baseline by 10.0 points [10.0, 10.0]; n = 7 seeds, p = 0.0312." in text
    assert "**Shown**: sgt is better than baseline by Sparseness of gradient, higher by" in text
    assert "Beware (!): in some run a map that does not look at the model scores as well as the map, or better." in text
    assert "No claim of significance" not in text
    cells = [cell.text for cell in row(found["claims"], "Test accuracy ↑").cells[1:]]
    assert cells == ["–", "toy", "net", "sgt − baseline", "+0.100 [+0.100, +0.100]", "1.00", "0.0312", "better"]
    assert row(found["claims"], "Sparseness ↑").cells[-1].text == "better, by a metric that is marked"
    details = [cell.detail for table in tables(found["scores"]) for line in table.rows for cell in line.cells]
    assert [detail for detail in details if detail] == ["p 0.0312"] * 2


def test_one_comparison_more_than_the_seeds_can_carry_and_nothing_is_claimed(make_grid):
    primary = PRIMARY | {"metrics": ["test_accuracy", "test_loss", "test_ece", "sparseness"]}
    found = built(make_grid(list(range(7))), primary=primary)
    assert "for 4 declared comparisons, 8 seeds are needed" in told(found["answer"])
    assert "p 0.0" not in told(found["scores"])


def test_many_findings_are_folded_but_for_the_first(make_grid):
    metrics = ["test_accuracy", "test_loss", "test_ece", "sparseness", "accuracy_drop_uniform", "shortcut_reliance"]
    primary = {"methods": ["sgt", "baseline"], "against": ["sgt", "baseline"], "metrics": metrics}
    answer = built(make_grid([0, 1]), primary=primary | {"attributions": ["gradient"]})["answer"]
    shown = next(block for block in answer.blocks if isinstance(block, Points))
    folded = next(block for block in answer.blocks if isinstance(block, Part) and "more" in block.title)
    assert len(shown.items) == 6
    assert folded.title == "6 more comparisons"
    assert folded.folded


def test_a_primary_comparison_is_of_all_data_sets_as_one(make_grid):
    grid = make_grid(list(range(6)), datasets=("toy", "toy_two"))
    found = built(grid, primary={"methods": ["sgt"], "metrics": ["test_accuracy"]})
    (table,) = tables(found["claims"])
    assert [cell.text for cell in table.rows[0].cells][2:4] == ["all data sets", "net"]
    assert table.rows[0].cells[-1].text == "better"
    assert "(all data sets, net)" in told(found["answer"])


def test_a_primary_comparison_that_was_not_scored_is_shown_and_counted_and_nothing_is_claimed(make_grid):
    grid = make_grid(list(range(7)))
    for seed in grid.seeds:
        RunCell("toy", "net", "sgt", seed).scores("quick").unlink()
    found = built(grid, primary=PRIMARY)
    assert row(found["claims"], "Test accuracy ↑").cells[-1].text == "not shown"
    assert row(found["claims"], "Sparseness ↑").cells[-1].text == "not tested"
    text = told(found["answer"])
    assert "**7 results are missing**" in text
    assert "No claim of significance can be made**: results are missing" in text
    assert "**Not tested**: sgt against baseline by Sparseness of gradient" in text


def test_a_cell_of_the_tables_says_what_it_is(grid):
    found = built(grid)["scores"]
    line = row(found, "Test accuracy ↑")
    baseline, sgt, untrained = line.cells[2:]
    assert (baseline.text, baseline.seeds, baseline.difference) == ("0.510", "0.500 0.510 0.520", None)
    assert sgt.difference.mean == pytest.approx(0.1)
    assert sgt.apart is False, "three differences that agree to the last digit tell nothing"
    assert untrained.null
    assert not sgt.null
    assert row(found, "Sparseness ↑", "random").null
    assert row(found, "Sparseness ↑", "gradient").cells[0].mark == "!"
    assert line.labels == {"dataset": "toy", "model": "net", "category": "performance"}


def test_differences_to_every_method_are_in_a_row(grid):
    differences = row(built(grid)["scores"], "Test accuracy ↑").differences
    assert {frozenset(pair) for pair in differences} == {
        frozenset(pair) for pair in (("baseline", "sgt"), ("baseline", "untrained"), ("sgt", "untrained"))
    }
    assert abs(next(d.mean for pair, d in differences.items() if set(pair) == {"sgt", "untrained"})) == pytest.approx(
        0.5
    )


def test_beyond_some_seeds_they_are_drawn_and_not_listed(make_grid):
    assert row(built(make_grid(list(range(11))))["scores"], "Test accuracy ↑").cells[2].seeds == ""


def test_tables_are_folded_by_category_but_for_the_first(grid):
    (part,) = [block for block in built(grid)["scores"].blocks if isinstance(block, Part)]
    folds = {block.title: block.folded for block in part.blocks if isinstance(block, Part)}
    assert folds == {"performance": False, "faithfulness": True, "complexity": True, "randomisation": True}


def test_missing_cells_are_a_banner_and_holes(grid):
    cell = RunCell("toy", "net", "sgt", 1)
    cell.run_record.unlink()
    cell.scores("quick").unlink()
    found = built(grid)
    banner = next(block for block in found["answer"].blocks if isinstance(block, Note))
    assert banner.kind == "warning"
    assert "2 results are missing" in told(found["answer"])
    assert row(found["scores"], "Test accuracy ↑").cells[3].hole == "2 of 3 seeds"
    assert row(found["scores"], "Test accuracy ↑").cells[2].hole == ""


def test_runs_of_other_params_are_pointed_out(grid):
    assert "made with other parameters" not in told(built(grid)["answer"])
    for seed in grid.seeds[:1]:
        cell = RunCell("toy", "net", "sgt", seed)
        write_run(cell, value_of(cell), params={"training": {"epochs": 99}})
    assert "**1 run or score was made with other parameters**" in told(built(grid)["answer"])


def test_methods_with_options_of_their_own_are_pointed_out(grid):
    (line,) = [line for line in told(built(grid)["cautions"]).splitlines() if "Not all methods share" in line]
    assert line == "Not all methods share the `masking` block: `{ranking: random}` in sgt."


def test_methods_with_a_recipe_of_their_own_are_pointed_out(grid):
    for seed in grid.seeds:
        cell = RunCell("toy", "net", "sgt", seed)
        write_run(cell, value_of(cell), component="other", recipe={"lr": 0.5, "epochs": 7})
    lines = [line for line in told(built(grid)["cautions"]).splitlines() if "Not all methods share" in line]
    assert lines[-1] == "Not all methods share the `training` block: `{epochs: 7, lr: 0.5}` in sgt."


def test_a_panel_that_ran_nowhere_is_missing(grid):
    found = built(grid.model_copy(update={"panels": ["quick", "other"]}))
    assert "**9 results are missing**" in told(found["answer"])


def test_runs_that_were_not_deterministic_are_pointed_out(grid):
    assert "3 runs were not deterministic" in told(built(grid)["cautions"])
    assert "not deterministic" not in told(built(grid.model_copy(update={"seeds": [0, 1]}))["cautions"])


def test_what_a_reader_must_know_of_a_method_is_said_once(grid):
    for cell in grid.cells():
        write_run(cell, value_of(cell), note="A reconstruction." if cell.method != "baseline" else "")
    assert told(built(grid)["cautions"]).count("**sgt and untrained**: A reconstruction.") == 1


def test_scores_without_a_value_are_counted(grid):
    assert "18 are undefined" in told(built(grid)["cautions"])


def test_what_does_not_apply_has_no_row_but_its_reason(grid):
    def refuse(record):
        empty = {"applies": False, "values": (None,) * 4, "reason": "no shortcut"}
        return record if record.attribution else record.model_copy(update=empty)

    for cell in grid.cells():
        rewrite(cell, refuse)
    found = built(grid)
    assert "9 do not apply" in told(found["cautions"])
    assert "Not applicable: Shortcut reliance: no shortcut." in told(found["scores"])


def test_validation_and_test_are_never_in_one_table(grid):
    found = built(with_validation(grid))
    parts = {block.title: told(Section("s", "", "", (block,))) for block in found["scores"].blocks}
    assert list(parts) == ["toy · net", "toy · net · validation images"]
    test, val = parts.values()
    assert "Test accuracy" in test
    assert "Validation" not in test
    assert "(chosen)" not in test
    assert "Validation accuracy" in val
    assert "(chosen)" in val
    assert "Sparseness" not in val
    of_test, of_val = (told(Section("s", "", "", (table,))) for table in tables(found["sanity"]))
    assert "(chosen)" not in of_test
    assert "Sparseness" not in of_val


def test_nothing_is_claimed_of_validation_images(make_grid):
    both = with_validation(make_grid([0, 1]))
    primary = {"methods": ["sgt"], "metrics": ["val_accuracy", "accuracy_drop_chosen"], "attributions": ["gradient"]}
    assert not tables(built(both, primary=primary)["claims"])[0].rows


def test_methods_that_nothing_tells_apart_stand_in_one_group():
    def entry(method, *values):
        return MethodScores(method, dict(enumerate(values)), 3, Difference())

    info = MetricInfo(title="T", category="complexity", higher_is_better=True, citation="")
    entries = [
        entry("low", 0.1, 0.11, 0.13),
        entry("alike", 0.91, 0.89, 0.975),
        entry("high", 0.9, 0.92, 0.97),
        entry("null", 5.0, 5.0, 5.1),
    ]
    scores = np.array([list(entry.values.values()) for entry in entries])
    found = pairwise_differences([entry.method for entry in entries], scores, 0.95, higher_is_better=True)
    row = ScoreRow("a", "net", "test", "p", "", "m", "T", info, entries, found)
    assert grouped(row, {"null"}) == [["alike", "high"], ["low"]], "within a group the grid's order, not a rank"
    lower = replace(row, info=info.model_copy(update={"higher_is_better": False}))
    assert grouped(lower, {"null"}) == [["low"], ["alike", "high"]]


def test_a_comparison_with_another_method_is_drawn_and_said(grid):
    primary = PRIMARY | {"methods": ["baseline"], "against": ["sgt"], "metrics": ["test_accuracy"]}
    (picture,) = [block for block in built(grid, primary=primary)["answer"].blocks if isinstance(block, Picture)]
    assert picture.caption.startswith("Paired differences to sgt, mean over 3 seeds")
    assert "baseline − sgt" in [text.get_text() for text in picture.figure.axes[0].texts]


def test_of_several_attributions_a_figure_says_which(grid):
    primary = PRIMARY | {"metrics": ["sparseness"], "attributions": ["gradient", "other"]}
    for cell in grid.cells():
        scores = [score("sparseness", [value_of(cell)] * 4, name) for name in ("gradient", "other")]
        write_panel(cell, "quick", scores)
    found = built(grid, primary=primary)
    (picture,) = [block for block in found["answer"].blocks if isinstance(block, Picture)]
    titles = [text.get_text() for text in picture.figure.axes[0].texts]
    assert {"Sparseness, gradient ↑", "Sparseness, other ↑"} <= set(titles)
    (picture,) = [block for block in found["frontier"].blocks if isinstance(block, Picture)]
    assert [axes.get_title(loc="left") for axes in picture.figure.axes] == [
        "Sparseness, gradient ↑", "Sparseness, other ↑",
    ]  # fmt: skip


def test_the_question_counts_methods_that_are_too_many_to_be_named(grid):
    many = grid.model_copy(update={"methods": [*grid.methods, *(f"m{number}" for number in range(12))]})
    assert question(study(many)).startswith("Do 13 methods differ from baseline in accuracy")


def test_one_seed_is_a_report_without_intervals(grid):
    write_run(RunCell("toy", "net", "untrained", 1), 0.1, control={"of": ("sgt",), "by_component": False})
    found = built(grid.model_copy(update={"seeds": [1]}))
    assert "with 1 seed the smallest two-sided p of a paired test is 1.0000" in told(found["answer"])
    assert "One seed gives no interval" in told(found["answer"])
    assert "+0.100" in told(found["scores"])
    assert "sgt − untrained" in told(found["controls"])
    assert "[–" not in "".join(map(told, found.values()))
    assert "P(better)" not in markdown([replace(found["scores"], reading="")])
    assert "interval" not in told(found["frontier"]).split("Methods are not ranked")[0]


def test_untrained_models_alone_are_compared_with_nothing(grid):
    found = built(grid.model_copy(update={"methods": ["baseline", "untrained"]}))
    assert "there is no comparison of trained methods" in told(found["answer"])
    assert found["answer"].reading == "What does baseline score on toy with net?"


def test_a_report_without_a_gallery_has_none(grid):
    assert "maps" in built(grid)
    assert "maps" not in built(grid, gallery=0)


def test_a_map_that_some_models_do_not_have_is_shown_of_the_others(grid):
    cell = RunCell("toy", "net", "baseline", 0)
    split, maps = read_maps(cell, "quick")
    write_maps(cell, "quick", split, {name: values for name, values in maps.items() if name != "gradient"})
    (gallery,) = (block for block in built(grid)["maps"].blocks if isinstance(block, Gallery))
    assert [maps.method for maps in gallery.maps if maps.seed == 0] == ["sgt", "untrained"]


def test_cells_default_to_nothing_known():
    assert Cell() == Cell("–")
