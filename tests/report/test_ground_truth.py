"""Data sets that know what is evidence and what is not: their own section, and where attribution lies."""

import numpy as np
import pandas as pd
import pytest
from made_up import score, view

from smoot.artifacts.paths import ReportFolder
from smoot.artifacts.scores import MetricInfo, read_scores
from smoot.report import ground_truth, stage
from smoot.report.metrics import read_metrics
from smoot.report.records import read_records
from smoot.report.results import measured

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
    records = read_records(grid)
    shares = ground_truth.with_truth(ground_truth.covered_shares(records, split))
    return ground_truth.table(measured(records), shares, read_metrics(records), split)


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


def test_the_section_is_there_only_where_something_is_known_of_more_than_the_object(grid, tmp_path):
    folder = tmp_path / "reports/toy"
    stage.run(view(grid))
    page = (folder / "index.html").read_text()
    assert "Ground truth" not in page + (folder / "report.md").read_text()
    assert "object 20.0 %." in page
    assert not (folder / "figures/truth_toy.svg").exists()

    know(grid, SHARES, {"object": 0.4, "distractor": 0.2, "shortcut": 0.3})
    stage.run(view(grid))
    page = (folder / "index.html").read_text()
    assert page.count('id="truth"') == page.count('href="#truth"') == 1
    assert "object 20.0 %, distractor 10.0 %, shortcut 5.0 %." in page
    assert (folder / "figures/truth_toy.svg").exists()
    text = (folder / "report.md").read_text()
    assert "| toy | – | chance | – | 0.200 | 0.100 | 0.050 | 0.650 |" in text
    assert "| toy | net | gradient | sgt | 0.410 | 0.210 | 0.310 | 0.070 |" in text


def test_a_data_set_without_masks_has_no_shares(grid):
    know(grid, {}, {})
    assert ground_truth.covered_shares(read_records(grid), "test") == {}
    columns = ["dataset", "model", "attribution", "method", "metric", "value"]
    assert ground_truth.table(pd.DataFrame(columns=columns), {}, {}, "test") == []


def test_shares_on_validation_images_are_no_rows_of_the_test_table(grid):
    know(grid, SHARES, {"object": 0.4}, split="val")
    assert rows_of(grid) == []
    assert rows_of(grid, "val")[1]["regions"]["object"] == pytest.approx(0.41)
    stage.run(view(grid))
    page = ReportFolder("toy").page.read_text()
    assert "<h3>Validation images</h3>" in page
    assert "toy (validation images): in localisation" in page


def test_the_figure_shows_the_regions_that_are_there_in_their_colours():
    masks = np.zeros((2, 1, 4, 4), np.uint8)
    masks[0, 0, 0], masks[1, 0, 3] = 1, 3
    figure = ground_truth.masked(np.zeros((2, 3, 4, 4), np.uint8), masks, ["a", "b"])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["object", "shortcut"]
    layer = figure.axes[2].get_images()[1].get_array()
    assert layer[0, 0].tolist() == pytest.approx([0.173, 0.627, 0.173, 0.75], abs=0.01)
    assert layer[1].max() == 0
    assert ground_truth.masked(np.zeros((0, 1, 4, 4)), masks[:0], []) is None
