"""Data sets that know what is evidence and what is not: their own section, and where attribution lies."""

import numpy as np
import pandas as pd
import pytest
from made_up import score, study, view

from smoot.artifacts.scores import MetricInfo, read_scores
from smoot.report.evidence.evidence import read_evidence
from smoot.report.evidence.ground_truth import covered_shares
from smoot.report.page import Table
from smoot.report.render.markdown import markdown
from smoot.report.sections import reading, truth
from smoot.report.sections.truth import shares_by_region, with_truth

SHARES = {"object": 0.2, "distractor": 0.1, "shortcut": 0.05}


def know(grid, shares, masses, variant="", **fields):
    """As if the data set had `shares`, and every cell's maps the `masses` (by region) on its regions.

    variant: what is appended to the component's name, for that of the metric. fields: of the panels' records.
    """
    for cell in grid.cells():
        results = read_scores(cell, "quick").results
        results += tuple(
            score(
                f"{region}_mass",
                [value + cell.seed / 100] * 4,
                attribution,
                metric=f"{region}_mass{variant}",
                info=MetricInfo(
                    title=f"{region} mass", category="localisation", higher_is_better=True, citation="c", region=region
                ),
            )
            for attribution in ("gradient", "random")
            for region, value in masses.items()
        )
        read_scores(cell, "quick").model_copy(update={"shares": shares, "results": results, **fields}).write(
            cell.scores("quick")
        )


def rows_of(grid, split="test"):
    evidence = read_evidence(grid, view(grid))
    shares = with_truth(evidence.shares.get(split, {}))
    return shares_by_region(evidence.results, shares, evidence.metrics, split)


def test_shares_are_means_over_seeds_beside_chance_and_the_background_is_the_rest(grid):
    know(grid, SHARES, {"object": 0.4, "distractor": 0.2, "shortcut": 0.3})
    chance, *rows = rows_of(grid)
    assert (chance["dataset"], chance["attribution"], chance["method"]) == ("toy", "", "")
    assert chance["regions"] == SHARES | {"background": pytest.approx(0.65)}
    assert [(row["attribution"], row["method"]) for row in rows] == [
        (attribution, method) for attribution in ("gradient", "random") for method in grid.methods
    ]
    assert rows[1]["regions"] == pytest.approx(
        {"object": 0.41, "distractor": 0.21, "shortcut": 0.31, "background": 0.07}
    )


def test_of_several_metrics_of_one_region_the_first_counts(grid):
    know(grid, SHARES, {"object": 0.4})
    before = rows_of(grid)
    know(grid, SHARES, {"object": 0.9}, variant="_few")
    assert [row["regions"]["object"] for row in rows_of(grid)] == [row["regions"]["object"] for row in before]


def test_a_region_that_is_not_there_or_not_measured_is_nan(grid):
    know(grid, {"object": 0.2, "distractor": 0.1}, {"object": 0.4, "shortcut": 0.3})
    chance, row, *_ = rows_of(grid)
    assert np.isnan(chance["regions"]["shortcut"])
    assert chance["regions"]["background"] == pytest.approx(0.7)
    assert np.isnan([row["regions"][name] for name in ("distractor", "shortcut", "background")]).all()
    assert row["regions"]["object"] == pytest.approx(0.41)


def test_the_section_is_there_only_where_something_is_known_of_more_than_the_object(grid):
    assert truth.build(study(grid)) is None
    assert "object 20.0 %." in markdown([reading.build(study(grid))])

    know(grid, SHARES, {"object": 0.4, "distractor": 0.2, "shortcut": 0.3})
    section = truth.build(study(grid))
    assert [block.name for block in section.blocks] == ["truth_toy", "truth"]
    text = markdown([section])
    assert "| chance | – | toy | – | 0.200 | 0.100 | 0.050 | 0.650 |" in text
    assert "| gradient | sgt | toy | net | 0.410 | 0.210 | 0.310 | 0.070 |" in text
    assert "object 20.0 %, distractor 10.0 %, shortcut 5.0 %." in markdown([reading.build(study(grid))])


def test_chance_is_the_mean_over_seeds_where_each_has_images_of_its_own():
    drawn = [("toy", 0, {"object": 0.2}), ("toy", 0, {"object": 0.2}), ("toy", 1, {"object": 0.5, "shortcut": 0.1})]
    assert covered_shares([*drawn, ("plain", 0, {})]) == {"toy": {"object": pytest.approx(0.35), "shortcut": 0.1}}
    alike = [("toy", seed, {"object": 0.1}) for seed in range(49)]
    assert covered_shares(alike) == {"toy": {"object": 0.1}}


def test_a_data_set_without_masks_has_no_shares(grid):
    know(grid, {}, {})
    assert read_evidence(grid, view(grid)).shares == {"test": {}}
    columns = ["dataset", "model", "attribution", "method", "metric", "value"]
    assert shares_by_region(pd.DataFrame(columns=columns), {}, {}, "test") == []


def test_shares_on_validation_images_are_no_rows_of_the_test_table(grid):
    know(grid, SHARES, {"object": 0.4}, split="val")
    assert rows_of(grid) == []
    assert rows_of(grid, "val")[1]["regions"]["object"] == pytest.approx(0.41)
    (table,) = (block for block in truth.build(study(grid)).blocks if isinstance(block, Table))
    assert table.name == "truth-val"
    assert "validation images" in table.caption
    assert "toy (validation images): in localisation" in markdown([reading.build(study(grid))])
