"""What every metric keeps to; and that each tells a true map from a random one, in the direction that it claims."""

from dataclasses import replace

import numpy as np
import pytest
from subjects import subject

from smoot.core import registry
from smoot.metrics import accuracy_drop
from smoot.scoring.evaluate import evaluate
from smoot.scoring.metric import About, NotApplicableError

METRICS = registry.names("smoot.metrics")
LOCALISATION = [name for name in METRICS if registry.load("smoot.metrics", name).ABOUT.category == "localisation"]


def score(name, of, **params):
    component = registry.load("smoot.metrics", name)
    return component.score(of, component.Params(**params)).values


@pytest.mark.parametrize("name", METRICS)
def test_it_says_what_it_is(name):
    component = registry.load("smoot.metrics", name)
    assert component.__doc__.startswith(f"{name}: ")
    assert isinstance(component.ABOUT, About)
    assert component.ABOUT.citation


@pytest.mark.parametrize("name", METRICS)
def test_a_value_for_each_image_the_same_each_time(name):
    of = subject(size=9)
    values = score(name, of)
    assert values.shape == (9,)
    assert np.isfinite(values).all()
    assert np.array_equal(values, score(name, of))


# Not stated here: mprt, random_logit, sparseness, whose right answer for a linear model is below.
@pytest.mark.parametrize(
    "name", ["accuracy_drop", "faithfulness_correlation", "local_lipschitz", "max_sensitivity", "pixel_flipping"]
)
def test_the_true_attribution_beats_a_random_map_in_the_claimed_direction(name):
    true, random = subject("integrated_gradients", size=40), subject("random", size=40)
    sign = 1 if registry.load("smoot.metrics", name).ABOUT.higher_is_better else -1
    assert sign * score(name, true).mean() > sign * score(name, random).mean()


@pytest.mark.parametrize("name", LOCALISATION)
def test_localisation_is_one_for_the_mask_and_the_objects_share_for_a_random_map(name):
    of = subject(size=40)
    np.testing.assert_allclose(score(name, replace(of, maps=of.masks.astype(np.float32))), 1.0)
    assert score(name, subject("random", size=40)).mean() == pytest.approx(of.masks.mean(), abs=0.05)


@pytest.mark.parametrize("name", LOCALISATION)
def test_localisation_does_not_apply_without_masks(name):
    with pytest.raises(NotApplicableError, match="no object masks"):
        score(name, replace(subject(), masks=np.zeros((0, 1, 8, 8), bool)))


def test_sparseness_orders_one_pixel_above_all_pixels():
    of = subject(size=2)
    maps = np.full_like(of.maps, 1.0)
    maps[:, 0, 0, 0] = 1.001
    spike = np.zeros_like(of.maps)
    spike[:, 0, 3, 3] = 1
    assert score("sparseness", replace(of, maps=maps)) == pytest.approx(0, abs=0.01)
    assert score("sparseness", replace(of, maps=spike)) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", ["mprt", "random_logit"])
def test_a_map_that_knows_neither_model_nor_class_has_the_worst_randomisation_score(name):
    np.testing.assert_allclose(score(name, subject("random")), 1.0, atol=1e-6)
    assert score(name, subject("gradient")).mean() < 0.7


@pytest.mark.parametrize("fill", ["image_min", "channel_mean", "uniform"])
def test_accuracy_drop_of_a_random_order_is_about_zero(fill):
    rng = np.random.default_rng(3)
    of = subject(size=400, maps=rng.random((400, 1, 8, 8)).astype(np.float32))
    assert score("accuracy_drop", of, fill=fill).mean() == pytest.approx(0, abs=0.03)


def test_accuracy_drop_removes_the_highest_ranked_pixels_by_the_fill():
    """A model that reads the brightness of one pixel: it is right until just that pixel goes."""
    of = subject(size=1)
    maps = np.arange(64, dtype=np.float32).reshape(1, 1, 8, 8)
    seen = []

    def predict(images):
        seen.append(images)
        right = images[:, 0, 7, 7] == of.images[:, 0, 7, 7]
        return np.where(right[:, None], np.eye(3)[of.labels], np.eye(3)[(of.labels + 1) % 3])

    result = accuracy_drop.score(replace(of, maps=maps, predict=predict), accuracy_drop.Params(fill="image_min"))
    assert result.curves["saliency"].tolist() == [[True] + [False] * 9]
    for place, images in enumerate(seen[:10]):
        removed = round(place / 10 * 64)
        assert (images.reshape(-1)[64 - removed :] == of.images.min()).all()
        assert np.array_equal(images.reshape(-1)[: 64 - removed], of.images.reshape(-1)[: 64 - removed])


def test_quantus_scores_depend_on_their_own_image_alone():
    of = subject(size=6)
    whole = score("pixel_flipping", of)
    scaled = replace(of, maps=of.maps * np.array([1, 100, 1, 1, 1, 1], np.float32).reshape(-1, 1, 1, 1))
    np.testing.assert_allclose(score("pixel_flipping", scaled), whole, atol=1e-6)
    np.testing.assert_allclose(score("sparseness", scaled), score("sparseness", of), atol=1e-6)


def test_constant_maps_are_null_with_a_reason_and_the_others_are_scored():
    of = subject(size=5)
    maps = of.maps.copy()
    maps[2] = 0.0
    record = evaluate(replace(of, maps=maps), "sparseness", {})
    assert [value is None for value in record["values"]] == [False, False, True, False, False]
    assert record["reason"] == "1 of 5 maps are constant"
    record = evaluate(replace(of, maps=np.zeros_like(maps)), "max_sensitivity", {})
    assert record["values"] == [None] * 5


def test_a_metric_that_does_not_apply_is_null_with_its_reason():
    record = evaluate(replace(subject(), masks=np.zeros((0, 1, 8, 8), bool)), "relevance_rank", {})
    assert record["reason"] == "the data set has no object masks"
    assert set(record["values"]) == {None}


def test_only_the_first_images_are_scored_where_a_metric_says_so():
    assert len(evaluate(subject(size=9), "sparseness", {"images": 4})["values"]) == 4
