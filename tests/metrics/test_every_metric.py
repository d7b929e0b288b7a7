"""What every metric keeps to, without being named here: what it says of itself is true."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from examples import example
from scored_models import answered, known, metric_record, score, small_cnn, subject

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.core import components
from smoot.scoring.explainer import predictor
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import NotApplicableError, Subject, metric_info
from smoot.scoring.region_shares import region_shares

METRICS = components.names("metrics")
LOCALISATION = [name for name in METRICS if known(name).category == "localisation"]
SHARES = [name for name in METRICS if known(name).region]


def answer_of(name):
    return components.load("metrics", name).KNOWN_ANSWER


def region_of(name):
    return Region[answer_of(name).maps.upper()]


@pytest.mark.parametrize("name", METRICS)
def test_it_says_what_it_is(name):
    assert components.load("metrics", name).__doc__.startswith(f"{name}: ")
    assert isinstance(known(name), MetricInfo)
    assert known(name).citation


@pytest.mark.parametrize("name", METRICS)
def test_it_has_a_known_answer_or_says_that_it_has_none(name):
    assert isinstance(answer_of(name), KnownAnswer | None)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", [name for name in METRICS if getattr(answer_of(name), "maps", None)])
def test_it_gives_its_known_answer(name, channels):
    answer = answer_of(name)
    values = score(name, answered(answer, channels))
    np.testing.assert_allclose(values, answer.value, rtol=answer.tolerance, atol=answer.tolerance)


@pytest.mark.parametrize("name", METRICS)
def test_a_value_for_each_image_the_same_each_time(name):
    of = replace(subject("integrated_gradients", size=9), complete=True)
    values = score(name, of)
    assert values.shape == (9,)
    assert np.isfinite(values).all()
    assert np.array_equal(values, score(name, of))


@pytest.mark.parametrize("name", METRICS)
def test_scores_are_within_bounds(name):
    low, high = known(name).limits
    for attribution in ("integrated_gradients", "random"):
        of = replace(subject(attribution, size=30), complete=True)
        values = score(name, of)
        assert low is None or (values >= low - 1e-6).all()
        assert high is None or (values <= high + 1e-6).all()


@pytest.mark.parametrize("name", METRICS)
def test_a_map_times_a_positive_number_scores_the_same_unless_the_metric_says_why_not(name):
    of = subject("integrated_gradients")
    scaled = replace(of, maps=64 * of.maps, explain=lambda *arguments: 64 * of.explain(*arguments))
    same = np.allclose(score(name, of), score(name, scaled), rtol=1e-4, atol=1e-6)
    assert same == (not known(name).scale)


@pytest.mark.parametrize("name", METRICS)
def test_a_score_is_that_of_its_own_image_whatever_the_others_are(name):
    """At the same place: a metric may draw an image's random numbers by it, so that all models share them."""
    of, rows = subject("integrated_gradients", size=9), np.array([7, 2, 5])
    others = np.setdiff1d(np.arange(len(of)), rows)
    images, maps = of.images.copy(), of.maps.copy()
    images[others], maps[others] = -3 * images[others], 7 * maps[others[::-1]]
    changed = replace(of, images=images, maps=maps)
    np.testing.assert_allclose(score(name, changed)[rows], score(name, of)[rows], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", LOCALISATION)
def test_localisation_does_not_apply_without_its_region(name):
    of, region = subject(), region_of(name)
    for masks in (np.zeros((0, 1, 8, 8), np.uint8), np.where(of.masks == region, 0, of.masks)):
        with pytest.raises(NotApplicableError, match=region.name.lower()):
            score(name, replace(of, masks=masks))


@pytest.mark.parametrize("name", LOCALISATION)
def test_an_image_without_the_region_has_no_score_and_the_others_keep_theirs(name):
    of = subject(size=5)
    masks = of.masks.copy()
    masks[3] = Region.BACKGROUND
    expected = score(name, of)
    expected[3] = np.nan
    record = metric_record(replace(of, masks=masks), name, {})
    assert record.reason == "undefined for 1 of 5 images"
    assert np.array_equal(np.array(record.values, float), expected, equal_nan=True)


@pytest.mark.parametrize("name", SHARES)
def test_a_share_of_attribution_is_that_of_the_region_it_names_and_by_chance_the_regions_own(name):
    of = subject("random", size=400)
    assert known(name).region == answer_of(name).maps
    assert score(name, of).mean() == pytest.approx(region_shares(of.masks)[known(name).region], abs=0.02)


def passes(name):
    """(F, S, E) of an image, counted: F comes with every attribution, S with the first alone.

    A backward pass to the image is one F.
    """
    of, counted, explaining = replace(subject("integrated_gradients"), complete=True), Counter(), []

    def explain(*arguments):
        counted["maps"] += len(arguments[1])
        explaining.append(True)
        maps = of.explain(*arguments)
        explaining.pop()
        return maps

    of.model.register_forward_hook(
        lambda model, images, logits: counted.update({"forwards": 0 if explaining else len(images[0])})
    )
    of.model.register_full_backward_hook(
        lambda model, by_images, by_logits: counted.update({"forwards": 0 if explaining else len(by_logits[0])})
    )
    counted_one, forwards = replace(of, explain=explain, shared={}), []
    for _ in range(2):
        before = counted["forwards"]
        assert metric_record(counted_one, name, {}).applies
        forwards.append(counted["forwards"] - before)
    return np.array([forwards[1], forwards[0] - forwards[1], counted["maps"] / 2]) / len(of)


# Not of a generic metric, whose cost is that of what it calls.
@pytest.mark.parametrize("name", [name for name in METRICS if not hasattr(components.load("metrics", name), "calls")])
def test_a_metric_costs_what_it_says(name):
    cost = known(name).cost.replace("²", "**2")
    # Names and brackets side by side are multiplied; a list stands for its length.
    formula = re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", cost) or "0 * F"
    units = dict(zip("FSE", np.eye(3), strict=True)) | dict(zip("HW", subject().maps.shape[2:], strict=True))
    params = example("metrics", name).params()
    values = {key: len(value) if isinstance(value, list) else value for key, value in params}
    assert passes(name) == pytest.approx(eval(formula, units | values), abs=0.25)


def on_two_models() -> tuple[Subject, Subject]:
    """One map tried on the model that it is of, and on another; `explain` stays that of its own model."""
    of, other, own = subject("integrated_gradients", model=small_cnn()), small_cnn(), small_cnn()
    torch.manual_seed(0)
    for parameter in other.parameters():
        parameter.copy_(torch.randn_like(parameter))
    explain = of.explain
    of = replace(of, explain=lambda model, images, labels: explain(own, images, labels))
    return of, replace(of, model=other, predict=predictor(other, torch.device("cpu")), complete=False)


@pytest.mark.parametrize("name", [name for name in METRICS if not known(name).of_model])
def test_another_model_changes_the_score_of_a_map_just_where_the_metric_tries_maps_on_a_model(name):
    of, on = on_two_models()
    try:
        same = np.array_equal(score(name, of), score(name, on), equal_nan=True)
    except NotApplicableError:  # of what a map promises of its own model
        same = True
    assert same != known(name).tries_maps


@pytest.mark.parametrize(
    ("name", "category", "tries"),
    [
        ("Infidelity", "faithfulness", True),
        ("Consistency", "robustness", True),
        ("NonSensitivity", "axiomatic", True),
        ("AvgSensitivity", "robustness", False),
        ("Sparseness", "complexity", False),
    ],
)
def test_a_metric_of_quantus_says_by_its_name_whether_it_tries_maps(name, category, tries):
    """And of those that do, another model changes the score."""
    call = {"arguments": {"features_in_step": 1}} if name == "NonSensitivity" else {}
    block = {"metric": "quantus", "name": name, "category": category, "higher_is_better": True, **call}
    entry = components.resolve("metrics", "one", block)
    of, on = (entry.load().score(one, entry.params()).values for one in on_two_models())
    assert np.isfinite(of).any()
    assert metric_info(entry).tries_maps == tries == (not np.array_equal(of, on, equal_nan=True))
