"""Metrics tell a true map from a random one, in the direction that they claim; what is undefined is so by name."""

from dataclasses import replace

import numpy as np
import pytest
from scored_models import SLOTS, known, metric_record, score, subject

from smoot.artifacts.dataset import Region
from smoot.metrics import accuracy_drop, shortcut_reliance
from smoot.scoring.metric import NotApplicableError
from smoot.scoring.region_shares import region_shares

# Those that are 1 or 0 where the map is a region.
LOCALISATION = {
    "distractor_mass": Region.DISTRACTOR,
    "pointing_game": Region.OBJECT,
    "relevance_mass": Region.OBJECT,
    "relevance_rank": Region.OBJECT,
    "shortcut_mass": Region.SHORTCUT,
}
REGIONS = [Region.OBJECT, Region.DISTRACTOR, Region.SHORTCUT]


# Not stated here: mprt, random_logit, sparseness, whose right answer for a linear model is below.
@pytest.mark.parametrize(
    "name",
    [
        *("accuracy_drop", "faithfulness_correlation", "local_lipschitz", "max_sensitivity", "pixel_flipping"),
        "symmetric_relevance_gain",
    ],
)
def test_the_true_attribution_beats_a_random_map_in_the_claimed_direction(name):
    true, random = subject("integrated_gradients", size=40), subject("random", size=40)
    sign = 1 if known(name).higher_is_better else -1
    assert sign * score(name, true).mean() > sign * score(name, random).mean()


@pytest.mark.parametrize("shown", REGIONS)
@pytest.mark.parametrize(("name", "region"), LOCALISATION.items())
def test_localisation_is_one_for_its_own_region_and_zero_for_another(name, region, shown):
    of = subject(size=40)
    values = score(name, replace(of, maps=(of.masks == shown).astype(np.float32)))
    if name == "relevance_rank" and shown != region:
        # Where the highest pixels are fewer than the region's, the rest of the order is arbitrary.
        assert values.max() < 1
    else:
        np.testing.assert_allclose(values, 1.0 if shown == region else 0.0)


@pytest.mark.parametrize(("name", "region"), LOCALISATION.items())
def test_localisation_of_a_random_map_is_the_regions_share(name, region):
    of = subject("random", size=400)
    share = region_shares(of.masks)[region.name.lower()]
    assert share == pytest.approx((of.masks == region).mean())
    assert score(name, of).mean() == pytest.approx(share, abs=0.05 if name == "pointing_game" else 0.02)


def test_shares_are_of_the_images_that_have_the_region():
    masks = np.zeros((4, 1, 2, 2), np.uint8)
    masks[0] = Region.DISTRACTOR
    masks[1, 0, 0] = Region.DISTRACTOR
    masks[2, 0, 0, 0] = Region.OBJECT
    assert region_shares(masks) == {"object": 0.25, "distractor": 0.75}
    assert region_shares(masks[:0]) == {}


def mark_reader(images):
    """Logits of a model that looks for the mark, and at nothing else."""
    return np.stack([images[:, 0, top : top + 2, left : left + 2].mean((1, 2)) for top, left, _, _ in SLOTS], axis=1)


def middle_reader(images):
    """Logits of a model that does not see the border."""
    return images[:, 0, 3:6, 4]


@pytest.mark.parametrize(
    ("predict", "expected"),
    [(mark_reader, 1), (middle_reader, 0), (lambda images: -mark_reader(images), -1)],
    ids=["only the mark", "all but the mark", "against the mark"],
)
def test_reliance_is_one_for_a_model_that_reads_only_the_mark_and_zero_for_one_that_never_does(predict, expected):
    of = subject(size=40)
    # Without a signed zero, a blank slot would be the lowest.
    images = np.abs(of.images) * (of.masks == Region.SHORTCUT) if expected else of.images
    values = score("shortcut_reliance", replace(of, images=images, predict=predict))
    if expected == -1:
        # The true class's slot is the lowest for sure; another is moved there, and a third may be as low.
        assert (values <= 0).all()
        assert values.mean() < 0
    else:
        assert (values == expected).all()


def test_reliance_needs_a_mark():
    of = subject(size=4)
    with pytest.raises(NotApplicableError, match="no shortcut"):
        score("shortcut_reliance", replace(of, slots=None))
    masks = of.masks.copy()
    masks[1] = Region.BACKGROUND
    assert np.isnan(score("shortcut_reliance", replace(of, masks=masks))).tolist() == [False, True, False, False]


def test_moving_a_mark_exchanges_two_slots_and_nothing_else():
    of = subject(size=3)
    held, wanted = shortcut_reliance.marked(of.masks, SLOTS), np.array([0, 1, 2])
    before = of.images.copy()
    images = shortcut_reliance.moved(of.images, held, wanted, SLOTS)
    assert np.array_equal(of.images, before)
    for image, old, source, target in zip(images, before, held, wanted, strict=True):
        (a, b, _, _), (c, d, _, _) = SLOTS[source], SLOTS[target]
        assert (image[:, c : c + 2, d : d + 2] == 4).all()
        assert np.array_equal(image[:, a : a + 2, b : b + 2], old[:, c : c + 2, d : d + 2])
        assert np.array_equal(np.sort(image, axis=None), np.sort(old, axis=None))
    assert np.array_equal(shortcut_reliance.moved(images, wanted, held, SLOTS), before)
    assert np.array_equal(shortcut_reliance.moved(before, np.full(3, -1), wanted, SLOTS), before)


def test_a_metric_of_the_model_scores_images_whose_map_is_constant():
    of = subject(size=5)
    record = metric_record(replace(of, maps=np.zeros_like(of.maps), explain=None), "shortcut_reliance", {})
    assert record.reason is None
    assert None not in record.values


def test_sparseness_orders_one_pixel_above_all_pixels():
    of = subject(size=2)
    maps = np.full_like(of.maps, 1.0)
    maps[:, 0, 0, 0] = 1.001
    spike = np.zeros_like(of.maps)
    spike[:, 0, 3, 3] = 1
    assert score("sparseness", replace(of, maps=maps)) == pytest.approx(0, abs=0.01)
    assert score("sparseness", replace(of, maps=spike)) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", ["mprt", "random_logit", "smooth_mprt"])
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
    assert result.curves["saliency"].values.tolist() == [[True] + [False] * 9]
    for place, images in enumerate(seen[-10:]):
        removed = round(place / 10 * 64)
        assert (images.reshape(-1)[64 - removed :] == of.images.min()).all()
        assert np.array_equal(images.reshape(-1)[: 64 - removed], of.images.reshape(-1)[: 64 - removed])


def test_quantus_scores_depend_on_their_own_image_alone():
    of = subject(size=6)
    scaled = replace(of, maps=of.maps * np.array([1, 100, 1, 1, 1, 1], np.float32).reshape(-1, 1, 1, 1))
    for name in ("pixel_flipping", "sparseness", "effective_complexity"):
        np.testing.assert_allclose(score(name, scaled), score(name, of), atol=1e-6)


def test_constant_maps_are_null_with_a_reason_and_the_others_are_scored():
    of = subject(size=5)
    maps = of.maps.copy()
    maps[2] = 0.0
    record = metric_record(replace(of, maps=maps), "sparseness", {})
    assert [value is None for value in record.values] == [False, False, True, False, False]
    assert record.reason == "1 of 5 maps are constant"
    record = metric_record(replace(of, maps=np.zeros_like(maps)), "max_sensitivity", {})
    assert record.values == (None,) * 5


def test_a_metric_that_does_not_apply_is_null_with_its_reason():
    record = metric_record(replace(subject(), masks=np.zeros((0, 1, 8, 8), bool)), "relevance_rank", {})
    assert record.reason == "the data set has no object masks"
    assert set(record.values) == {None}


def test_only_the_first_images_are_scored_where_a_metric_says_so():
    assert len(metric_record(subject(size=9), "sparseness", {"images": 4}).values) == 4


def test_maps_that_are_not_finite_are_null_with_a_reason_and_the_others_are_scored():
    of = subject(size=5)
    maps = of.maps.copy()
    maps[1, 0, 0, 0], maps[2], maps[3, 0, 1, 1] = np.nan, 0.0, np.inf
    record = metric_record(replace(of, maps=maps), "relevance_rank", {})
    assert [value is None for value in record.values] == [False, True, True, True, False]
    assert record.reason == "1 of 5 maps are constant; 2 of 5 maps are not finite"
