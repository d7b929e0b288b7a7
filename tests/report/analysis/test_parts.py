"""The parts of a score that is a difference: of made-up runs, and of the reports that are published."""

import numpy as np
import pandas as pd
import pytest
from builders import PROJECT
from made_up import INFOS, study

from smoot.artifacts.results import result_table
from smoot.report.analysis.parts import PART_COLUMNS, parts
from smoot.report.evidence.curves import POINTS
from smoot.report.evidence.metrics import Metric
from smoot.report.evidence.published import read_published
from smoot.report.page import Picture, Table
from smoot.report.sections.curves import build

METRICS = {
    "drop": Metric("Drop", INFOS["accuracy_drop"], "accuracy_drop", True, "test"),
    "sparseness": Metric("Sparseness", INFOS["sparseness"], "sparseness", False, "test"),
}


def runs(metric="drop", **areas):
    """The scores of runs of seed 0. areas: (random, saliency) by method."""
    rows = []
    for method, (random, saliency) in areas.items():
        values = {metric: random - saliency, f"{metric}_random_area": random, f"{metric}_saliency_area": saliency}
        about = "d", "m", method, 0, "p", "gradient"
        rows += [(*about, name, value, 4, "ok", "", "test") for name, value in values.items()]
        rows.append((*about, "sparseness", 0.5, 4, "ok", "", "test"))
    return result_table(rows)


def curve(y_label, metric="drop"):
    about = "d", "m", "baseline", 0, "gradient", metric, "test", "saliency", False, 0.0, 1.0, "x", y_label, 0.0, 1.0
    return pd.DataFrame([about], columns=POINTS)


def test_a_drop_is_a_share_of_what_the_random_order_leaves_above_chance():
    found = parts(runs(baseline=(0.6, 0.35), sgt=(0.85, 0.1)), METRICS, curve("accuracy"), {"d": 10})
    assert list(found) == PART_COLUMNS
    assert found["metric"].tolist() == ["drop", "drop"]
    assert (found["first"] + " " + found["second"]).unique().tolist() == ["random_area saliency_area"]
    assert found[["first_area", "second_area"]].to_numpy().tolist() == [[0.6, 0.35], [0.85, 0.1]]
    np.testing.assert_allclose(found["difference"], [0.25, 0.75])
    assert found["chance"].unique().tolist() == [0.1]
    np.testing.assert_allclose(found["share"], [0.5, 1.0])


def test_there_is_no_share_without_headroom_or_a_known_floor():
    found = parts(runs(untrained=(0.14, 0.05), sgt=(0.2, 0.15)), METRICS, curve("accuracy"), {"d": 10})
    np.testing.assert_allclose(found["share"], [np.nan, 0.5])
    found = parts(runs(sgt=(0.6, 0.35)), METRICS, curve("probability of the class"), {"d": 10})
    assert found[["chance", "share"]].isna().all(axis=None)
    assert found["difference"].tolist() == [0.25]


def test_scores_that_are_no_difference_have_no_parts():
    found = parts(runs(sgt=(0.6, 0.35)), {"sparseness": METRICS["sparseness"]}, curve("accuracy"), {"d": 10})
    assert list(found) == PART_COLUMNS
    assert found.empty


@pytest.mark.parametrize("name", ["fashion", "canvas_fashion", "quick"])
def test_published_reports_have_the_parts_of_every_drop(name):
    evidence, _ = read_published(PROJECT / "reports" / name)
    classes = {dataset: len(about.classes) for dataset, about in evidence.datasets.items()}
    found = parts(evidence.results, evidence.metrics, evidence.curves, classes)
    of = evidence.results["metric"].str.fullmatch("accuracy_drop_[a-z]+") & evidence.results["value"].notna()
    assert len(found) == of.sum() > 0
    np.testing.assert_allclose(found["first_area"] - found["second_area"], found["difference"], atol=1e-9)
    # The area of each line is that under its curve.
    lines = evidence.curves[evidence.curves["y_label"] == "accuracy"]
    keys = ["dataset", "model", "method", "seed", "attribution", "metric", "split"]
    for line, area in (("random", "first_area"), ("saliency", "second_area")):
        under = (
            lines[lines["line"] == line].groupby(keys, sort=False)[["x", "y"]]
            .apply(lambda points: np.trapezoid(points["y"], points["x"]) / np.ptp(points["x"]))
        )  # fmt: skip
        both = found.set_index(keys)[area].to_frame().join(under.rename("under"), how="inner")
        assert len(both) == len(found)
        np.testing.assert_allclose(both[area], both["under"], atol=1e-9)


def test_the_page_has_every_part_with_its_difference_to_the_baseline_and_the_csv_has_every_run(grid):
    """Of made-up cells with two classes, whose drop is the method's value less .4, and whose map's area is 1 / 18."""
    own = study(grid)
    section = build(own)
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    part = {row.cells[1].text: row for row in table.rows if row.labels["attribution"] == "gradient"}
    assert [*part] == ["random area", "saliency area", "the score"], "no run has a random area above chance, ½"
    place = [column.method for column in table.columns].index("sgt")
    random, saliency, score = (part[name].cells[place] for name in part)
    assert random.value == pytest.approx(1 / 18 + 0.21)
    assert (saliency.text, saliency.apart) == ("0.056", False)
    assert score.value == pytest.approx(0.21)
    assert [cell.difference.mean for cell in (score, random)] == pytest.approx([0.1, 0.1])
    assert [part[name].higher_is_better for name in part] == [True, False, True]
    (figure,) = [block for block in section.blocks if isinstance(block, Picture) and block.name == "areas_gradient"]
    assert figure.caption == "The two areas whose difference is the score by gradient, means over 3 seeds."
    assert len(own.parts) == 3 * 3 * 2, "methods, seeds and maps, null maps among them"
    assert own.parts["chance"].unique().tolist() == [0.5]


def test_a_share_is_shown_where_there_is_headroom(grid, monkeypatch):
    monkeypatch.setattr("smoot.report.analysis.parts.LEAST_HEADROOM", -1)
    (table,) = [block for block in build(study(grid)).blocks if isinstance(block, Table)]
    share = next(row for row in table.rows if row.cells[1].text == "share of the headroom")
    place = [column.method for column in table.columns].index("sgt")
    drops = 0.2 + np.arange(3) / 100
    assert share.cells[place].value == pytest.approx((drops / (1 / 18 + drops - 0.5)).mean())
