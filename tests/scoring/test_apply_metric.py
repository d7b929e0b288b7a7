"""What a metric returns, as it is stored: in the order of the images, whatever was left out; or refused."""

import re
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from scored_models import metric_record, subject

from smoot.artifacts.paths import GridCell
from smoot.artifacts.scores import MetricInfo, PanelScores, read_scores
from smoot.core import components
from smoot.core.errors import SmootError
from smoot.scoring.metric import Curves, MetricParams, Scores

POINTS = np.array([0.0, 0.5, 1.25, 2.0, 3.0, 5.0, 8.0])


class Params(MetricParams):
    power: float = 1.0


def heights(of):
    """(n, 7) floats, of which no two are the same."""
    return np.sin(of.images.reshape(len(of), -1)[:, :1] + POINTS)


@pytest.fixture
def register(monkeypatch):
    """`register(score)`: a metric called `mine`."""
    load = components.load

    def add(score):
        module = ModuleType("mine")
        module.Params, module.score = Params, score
        module.INFO = MetricInfo(
            title="Mine", category="robustness", higher_is_better=True, citation="nobody", summaries=("top",)
        )
        monkeypatch.setattr(components, "load", lambda kind, name: module if name == "mine" else load(kind, name))

    return add


def mine(of, params):
    curves = heights(of)
    line = Curves(x=POINTS, x_label="how far", y_label="how high", values=curves, limits=(-1.0, 1.0))
    return Scores(curves.mean(1), {"only": line}, {"top": curves.max(1)})


def test_a_curve_of_floats_is_stored_and_read_back_exactly(register, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    register(mine)
    of, cell = subject(size=5), GridCell("toy", "cnn", "sgt", 0)
    written = PanelScores(
        **cell.coordinates,
        panel="p",
        weights_sha256="",
        split="test",
        images=(0, 1, 2, 3, 4),
        labels=(0,) * 5,
        predictions=(0,) * 5,
        shares={},
        attributions={},
        results=(metric_record(of, "mine", {}),),
        params={},
    )
    written.write(cell.scores("p"))
    (record,) = read_scores(cell, "p").results
    assert record == written.results[0]
    curve = record.curves["only"]
    assert (curve.x_label, curve.y_label, curve.limits) == ("how far", "how high", (-1.0, 1.0))
    assert np.array_equal(curve.x, POINTS)
    assert np.array_equal(np.array(curve.values), heights(of))
    assert np.array_equal(record.summaries["top"], heights(of).max(1))
    assert np.array_equal(record.values, heights(of).mean(1))


def test_an_image_that_is_left_out_has_null_in_values_curves_and_summaries(register):
    register(mine)
    of = subject(size=5)
    maps = of.maps.copy()
    maps[1] = 0.0
    record = metric_record(replace(of, maps=maps), "mine", {})
    assert record.reason == "1 of 5 maps are constant"
    whole = metric_record(of, "mine", {})
    kept = [0, 2, 3, 4]
    for rows, expected in (
        (record.values, whole.values),
        (record.summaries["top"], whole.summaries["top"]),
        (record.curves["only"].values, whole.curves["only"].values),
    ):
        assert [rows[place] for place in kept] == [expected[place] for place in kept]
    assert (record.values[1], record.summaries["top"][1]) == (None, None)
    assert record.curves["only"].values[1] == (None,) * 7
    np.testing.assert_allclose(record.curves["only"].mean, heights(of)[kept].mean(0))


def test_what_is_not_finite_is_null_alone(register):
    def score(of, params):
        scores = mine(of, params)
        scores.curves["only"].values[2, 3] = scores.summaries["top"][1] = np.nan
        return scores

    register(score)
    record = metric_record(subject(size=4), "mine", {})
    assert [row.count(None) for row in record.curves["only"].values] == [0, 0, 1, 0]
    assert [value is None for value in record.summaries["top"]] == [False, True, False, False]
    assert None not in record.values


def test_without_a_usable_map_every_summary_is_null_and_there_is_no_curve(register):
    register(mine)
    of = subject(size=3)
    record = metric_record(replace(of, maps=np.zeros_like(of.maps)), "mine", {})
    assert (record.applies, record.values, record.summaries) == (True, (None,) * 3, {"top": (None,) * 3})
    assert record.curves == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"summaries": {}}, "it returns the summaries none, where its MetricInfo declares top"),
        (
            {"summaries": {"top": np.zeros(4), "low": np.zeros(4)}},
            "it returns the summaries low, top, where its MetricInfo declares top",
        ),
        ({"summaries": {"top": np.zeros(3)}}, "summary top: of shape (3,), where (4,) is needed"),
        ({"values": np.zeros(5)}, "values: of shape (5,), where (4,) is needed"),
        ({"values": np.zeros((4, 1))}, "values: of shape (4, 1), where (4,) is needed"),
        (
            {"curves": {"only": Curves(x=POINTS, x_label="", y_label="", values=np.zeros((4, 6)))}},
            "curve only: of shape (4, 6), where (4, 7) is needed",
        ),
        (
            {"curves": {"only": Curves(x=POINTS[::-1], x_label="", y_label="", values=np.zeros((4, 7)))}},
            "curve only: x is not ascending",
        ),
    ],
)
def test_a_metric_that_breaks_its_contract_is_named(register, change, said):
    register(lambda of, params: replace(mine(of, params), **change))
    with pytest.raises(SmootError, match=re.escape(f"metric mine (mine): {said}")):
        metric_record(subject(size=4), "mine", {})


def test_a_metric_with_parameters_of_its_own_has_settings(register):
    register(mine)
    assert metric_record(subject(size=3), "mine", {}).has_settings
    assert not metric_record(subject(size=3), "sparseness", {"images": 2}).has_settings


def test_the_areas_of_accuracy_drop_are_its_summaries_and_its_score_their_difference():
    of = subject(size=6)
    maps = of.maps.copy()
    maps[4] = 1.0
    record = metric_record(replace(of, maps=maps), "accuracy_drop", {})
    usable = [0, 1, 2, 3, 5]
    saliency, chance = (np.array(record.summaries[f"{order}_area"], float)[usable] for order in ("saliency", "random"))
    np.testing.assert_allclose(np.array(record.values, float)[usable], chance - saliency)
    for order, curve in record.curves.items():
        assert order in ("saliency", "random")
        assert curve.x == pytest.approx(np.arange(10) / 10)
        assert (curve.x_label, curve.y_label, curve.limits) == ("fraction of pixels removed", "accuracy", (0, 1))
        assert [row[0] for row in curve.values] == [1, 1, 1, 1, None, 1]
        assert {value for row in curve.values for value in row} <= {0.0, 1.0, None}
