"""More known answers than a metric states itself: of exact attributions, models that read one patch, and masks."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from scored_models import CLASSES, SIDE, Constant, Patch, known, metric_record, score, small_cnn, subject
from torch import nn

from smoot.artifacts.dataset import Region
from smoot.metrics import accuracy_drop, symmetric_relevance_gain
from smoot.metrics._imputation import impute
from smoot.metrics._replaced_pixels import squares
from smoot.scoring.metric import NotApplicableError

PIXELS = SIDE * SIDE
MASKS = ["pointing_game", "relevance_mass", "relevance_rank", "topk_intersection", "localisation_auc"]


def ranked(first, size):
    """Maps (size, 1, H, W) that fall in the order of `first`, a permutation of the pixels."""
    maps = np.empty(PIXELS, np.float32)
    maps[first] = np.arange(PIXELS, 0, -1)
    return np.tile(maps.reshape(1, 1, SIDE, SIDE), (size, 1, 1, 1))


def indicator(where, size):
    maps = np.zeros((size, 1, SIDE, SIDE), np.float32)
    maps[where] = 1
    return maps


def probability(of, images):
    """p_y."""
    logits = torch.from_numpy(of.predict(images))
    return logits.softmax(1).numpy()[np.arange(len(of)), of.labels]


def constant(**options):
    return subject(model=Constant(), maps=np.random.default_rng(1).random((12, 1, SIDE, SIDE), np.float32), **options)


class Pixel(nn.Module):
    """Logits (4 · the sum over channels of pixel `place`, 0, 0)."""

    def __init__(self, place):
        super().__init__()
        self.place = place

    def forward(self, images):
        return 4 * images.flatten(2)[:, :, self.place].sum(1)[:, None] * torch.eye(CLASSES)[0]


@pytest.mark.parametrize("channels", [1, 3])
def test_accuracy_drop_is_the_random_area_less_that_of_a_step(channels):
    of = subject(model=Pixel(9), channels=channels)
    # The reader is right until the pixel that it reads is no longer above all others.
    of.images[:, :, 1, 1] = 9
    of = replace(of, labels=np.zeros_like(of.labels))
    areas = []
    for first, area in ((9, 0.05 / 0.9), (63, 1.0)):
        order = np.roll(np.arange(PIXELS), -first) if first == 9 else np.r_[np.delete(np.arange(PIXELS), 9), 9]
        # A fill below 0 makes the class 0 the lowest logit, and so wrong.
        result = accuracy_drop.score(replace(of, maps=ranked(order, 12)), accuracy_drop.Params(fill="image_min"))
        np.testing.assert_allclose(accuracy_drop.area(result.curves["saliency"].values), area)
        np.testing.assert_allclose(result.values, accuracy_drop.area(result.curves["random"].values) - area)
        areas.append(result.curves["random"].values)
    assert np.array_equal(*areas)
    assert (score("accuracy_drop", constant()) == 0).all()


def evidence(side=10, size=4):
    """White images whose class has as much probability as there is left of their upper half; a map of that half.

    White is 1; a black pixel in the lower half makes that the minimum.
    """
    images = np.ones((size, 1, side, side), np.float32)
    images[:, :, -1, -1] = 0
    maps = np.zeros_like(images)
    maps[:, :, : side // 2] = 1

    def predict(images):
        left = images[:, 0, : side // 2].mean((1, 2)).clip(1e-7, 1 - 1e-7)
        return np.log(np.stack([left, 1 - left], axis=1))

    return replace(subject(size=size), images=images, maps=maps, labels=np.zeros(size, int), predict=predict)


def test_symmetric_relevance_gain_of_a_class_that_reads_half_of_the_image():
    """Its probability falls from 1 to 0 over the first half, an area of ¼; or over the last, an area of ¾."""
    of = evidence()
    result = symmetric_relevance_gain.score(of, symmetric_relevance_gain.Params())
    np.testing.assert_allclose(result.summaries["highest_first_area"], 0.25, atol=1e-6)
    np.testing.assert_allclose(result.summaries["lowest_first_area"], 0.75, atol=1e-6)
    np.testing.assert_allclose(result.values, 0.5, atol=1e-6)
    falls = np.r_[np.linspace(1, 0, 6), np.zeros(5)]
    np.testing.assert_allclose(result.curves["highest first"].values, np.tile(falls, (4, 1)), atol=1e-6)
    np.testing.assert_allclose(result.curves["lowest first"].values, np.tile(1 - falls[::-1], (4, 1)), atol=1e-6)
    assert (score("symmetric_relevance_gain", constant()) == 0).all()


def test_symmetric_relevance_gain_of_the_opposite_map_is_the_negative():
    of = subject("integrated_gradients", size=20)
    for params in ({}, {"patch": 3}, {"fill": "uniform"}):
        gain = score("symmetric_relevance_gain", of, **params)
        opposite = score("symmetric_relevance_gain", replace(of, maps=-of.maps), **params)
        assert np.array_equal(opposite, -gain)
        assert gain.mean() > 0.1


@pytest.mark.parametrize("params", [{}, {"fill": "channel_mean"}, {"fill": "uniform", "patch": 2}])
def test_symmetric_relevance_gain_of_a_random_order_is_about_zero(params):
    of = subject("random", size=2000)
    assert score("symmetric_relevance_gain", of, **params).mean() == pytest.approx(0, abs=0.02)


def test_squares_removed_as_a_whole_are_ranked_by_their_mean():
    """Of 10 × 10 pixels, squares of 5: two hold all of the evidence, whatever the map says inside of them."""
    of = evidence()
    noise = np.random.default_rng(0).normal(size=of.maps.shape)
    noise -= squares(noise, 5).mean()
    maps = of.maps + 0.5 * noise
    result = symmetric_relevance_gain.score(replace(of, maps=maps), symmetric_relevance_gain.Params(patch=5))
    # Of four squares, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4 are gone.
    left = np.array([1, 1, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0])
    reverse = np.array([1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0, 0])
    np.testing.assert_allclose(result.curves["highest first"].values, np.tile(left, (4, 1)), atol=1e-6)
    np.testing.assert_allclose(result.curves["lowest first"].values, np.tile(reverse, (4, 1)), atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_faithfulness_correlation_is_1_for_what_a_linear_model_loses_and_minus_1_for_its_opposite(channels):
    of = subject(channels=channels)
    weights = of.model.linear.weight.numpy()[of.labels].reshape(of.images.shape)
    lost = (weights * (of.images - of.images.mean((2, 3), keepdims=True))).sum(1, keepdims=True)
    np.testing.assert_allclose(score("faithfulness_correlation", replace(of, maps=lost)), 1, atol=1e-5)
    np.testing.assert_allclose(score("faithfulness_correlation", replace(of, maps=-lost)), -1, atol=1e-5)
    record = metric_record(constant(channels=channels), "faithfulness_correlation", {})
    assert record.reason == "undefined for 12 of 12 images"


@pytest.mark.parametrize("channels", [1, 3])
def test_pixel_flipping_takes_a_row_of_whole_pixels_a_step(channels):
    # The last pixel of the first step, then the first one of the last step.
    rows = np.arange(PIXELS)
    for read, steps in ((SIDE - 1, 0), (PIXELS - SIDE, SIDE - 1)):
        of = subject(model=Pixel(read), channels=channels)
        blank = np.broadcast_to(of.images.mean((2, 3), keepdims=True), of.images.shape)
        before, after = probability(of, of.images), probability(of, blank)
        points = np.where(np.arange(SIDE)[:, None] < steps, before, after)
        expected = np.trapezoid(points, axis=0) / (SIDE - 1)
        np.testing.assert_allclose(score("pixel_flipping", replace(of, maps=ranked(rows, 12))), expected, rtol=1e-5)
    np.testing.assert_allclose(
        score("pixel_flipping", constant(channels=channels)), np.exp(2) / (np.exp(2) + 2), rtol=1e-5
    )


@pytest.mark.parametrize("channels", [1, 3])
def test_region_perturbation_is_the_fall_by_the_one_patch_that_counts(channels):
    of = subject(model=Patch(), channels=channels)
    gone = of.images.copy()
    gone[Patch.where] = of.images.mean((1, 2, 3), keepdims=True)
    fall = probability(of, of.images) - probability(of, gone)
    there, elsewhere = indicator(Patch.where, 12), 1 - indicator(Patch.where, 12)
    np.testing.assert_allclose(
        score("region_perturbation", replace(of, maps=there), share=0.5), fall, rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(score("region_perturbation", replace(of, maps=elsewhere), share=0.75), 0, atol=1e-6)
    assert np.abs(score("region_perturbation", constant(channels=channels))).max() < 1e-6


@pytest.mark.parametrize("channels", [1, 3])
def test_road_is_0_where_the_only_evidence_is_imputed_and_1_where_it_stays(channels):
    of = subject(channels=channels)
    images = np.zeros_like(of.images)
    images[:, :, 3, 3] = 1
    of = replace(of, images=images, labels=np.zeros(12, np.int64))
    of = replace(of, predict=lambda images: np.stack([images[:, :, 3, 3].mean(1), np.full(len(images), 0.5)], axis=1))
    spike = indicator(np.s_[:, :, 3, 3], 12)
    assert (score("road", replace(of, maps=spike)) == 0).all()
    assert (score("road", replace(of, maps=-spike)) == 1).all()
    half = ranked(np.r_[np.delete(np.arange(PIXELS), 27)[:31], 27, np.delete(np.arange(PIXELS), 27)[31:]], 12)
    np.testing.assert_allclose(score("road", replace(of, maps=half)), 2 / 5)


def test_road_is_the_accuracy_that_quantus_gives():
    import quantus

    of = subject("integrated_gradients", size=40)
    percentages = [10, 30, 50, 70, 90]
    theirs = quantus.ROAD(percentages=percentages, noise=0.0, disable_warnings=True)(
        of.model, of.images, of.labels, a_batch=of.maps, batch_size=40, device="cpu", channel_first=True
    )
    assert score("road", of, noise=0.0).mean() == pytest.approx(np.mean(list(theirs.values())))


def test_imputation_solves_the_equations_that_quantus_solves():
    from quantus.functions.perturb_func import noisy_linear_imputation

    rng = np.random.default_rng(4)
    for channels, height, width, missing in ((1, 8, 8, 1), (3, 7, 5, 20), (1, 4, 9, 35), (2, 8, 8, 63)):
        image = rng.normal(size=(channels, height, width))
        pixels = rng.permutation(height * width)[:missing]
        theirs = noisy_linear_imputation(image, pixels, noise=0).reshape(channels, -1)[:, pixels]
        np.testing.assert_allclose(impute(image, pixels), theirs, atol=1e-9)


def test_a_map_that_does_not_move_is_robust_and_one_that_follows_the_image_moves_as_far():
    of = subject()

    def follow(model, images, labels):
        maps = images.copy()
        maps[:, :, 0, 0] = 100
        return maps

    following = replace(of, maps=follow(None, of.images, None), explain=follow)
    # The greatest of 30 lengths of uniform noise, relative to the map's length.
    lengths = 0.1 * np.sqrt((PIXELS - 1) / 3) / np.linalg.norm(following.maps.reshape(12, -1), axis=1)
    np.testing.assert_allclose(score("max_sensitivity", following, samples=30), lengths, rtol=0.3)
    # Scaled to a maximum of 1, the map changes by a hundredth of what the image does, but for one pixel.
    np.testing.assert_allclose(score("local_lipschitz", following, samples=30), 0.01, rtol=0.02)
    for name in ("max_sensitivity", "local_lipschitz"):
        assert score(name, subject("gradient")).max() < 1e-6


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("channels", [1, 3])
def test_attribution_that_is_the_mask_is_localised(channels, sign):
    of = subject(size=40, channels=channels)
    for name in [*MASKS, "distractor_mass", "shortcut_mass"]:
        region = {"distractor_mass": Region.DISTRACTOR, "shortcut_mass": Region.SHORTCUT}.get(name, Region.OBJECT)
        maps = sign * (of.masks == region).astype(np.float32)
        assert score(name, replace(of, maps=maps)) == pytest.approx(1), name


def test_the_opposite_of_the_mask_is_not_localised_and_chance_is_known():
    of = subject("random", size=400)
    object_ = of.masks == Region.OBJECT
    opposite = replace(of, maps=1 - object_.astype(np.float32))
    for name, chance in (("topk_intersection", object_.mean()), ("localisation_auc", 0.5)):
        assert score(name, opposite) == pytest.approx(0), name
        assert score(name, of).mean() == pytest.approx(chance, abs=0.02), name
    half = replace(of, maps=ranked(np.arange(PIXELS), 400))
    k = round(0.25 * PIXELS)
    inside = object_.reshape(400, -1)[:, :k].mean(1)
    np.testing.assert_allclose(score("topk_intersection", half, share=0.25), inside)


def test_complexity_of_attribution_on_k_pixels():
    of = subject()
    for k in (1, 5, 32):
        maps = np.zeros((12, PIXELS), np.float32)
        maps[:, np.random.default_rng(k).permutation(PIXELS)[:k]] = [(-1) ** place for place in range(k)]
        flat = replace(of, maps=maps.reshape(12, 1, SIDE, SIDE))
        np.testing.assert_allclose(score("complexity", flat), np.log(k) / np.log(PIXELS), atol=1e-6)
        np.testing.assert_allclose(score("effective_complexity", flat), k / PIXELS)
        np.testing.assert_allclose(score("sparseness", flat), 1 - k / PIXELS, atol=1 / PIXELS)
        assert np.array_equal(score("quantus", flat, name="Sparseness"), score("sparseness", flat))
    below = np.where(maps == 0, 0.09, maps).reshape(12, 1, SIDE, SIDE).astype(np.float32)
    np.testing.assert_allclose(score("effective_complexity", replace(of, maps=below)), k / PIXELS)


def drawn_anew(of):
    """The linear model with the weights that Quantus draws."""
    drawn = copy.deepcopy(of.model)
    torch.manual_seed(of.seed + 1)
    drawn.linear.reset_parameters()
    return drawn


def test_mprt_is_the_correlation_with_the_weights_of_the_fully_random_model():
    of = subject("gradient")
    ranks = [
        np.abs(model.linear.weight.numpy())[of.labels].argsort(1).argsort(1).astype(float)
        for model in (of.model, drawn_anew(of))
    ]
    expected = [np.corrcoef(one, other)[0, 1] for one, other in zip(*ranks, strict=True)]
    np.testing.assert_allclose(score("mprt", of), expected, atol=1e-6)
    # Noise on the image does not change the gradient of a linear model.
    np.testing.assert_allclose(score("smooth_mprt", of), expected, atol=1e-6)


def test_smooth_mprt_averages_over_the_image_and_noisy_copies_of_it_the_same_for_both_models():
    of, seen = subject("gradient", model=small_cnn(), size=6), []

    def explain(model, images, labels):
        seen.append((model is of.model, images))
        return of.explain(model, images, labels)

    values = score("smooth_mprt", replace(of, explain=explain), samples=200, noise=0.3)
    own, other = ([images for is_own, images in seen if is_own == own] for own in (True, False))
    assert len(own) == len(other) == 200
    np.testing.assert_array_equal(own, other)
    assert np.array_equal(own[0], of.images)
    spread = np.ptp(of.images, axis=(1, 2, 3))
    np.testing.assert_allclose((np.array(own[1:]) - of.images).std((0, 2, 3, 4)) / spread, 0.3, rtol=0.02)
    assert not np.allclose(values, score("mprt", of), atol=0.01)


def test_efficient_mprt_is_the_rise_of_the_entropy_of_a_histogram():
    of = subject("gradient", size=70)
    entropies = []
    for model in (of.model, drawn_anew(of)):
        shares = np.stack([np.histogram(np.abs(row), bins=100)[0] / PIXELS for row in model.linear.weight.numpy()])
        entropies.append(-(shares * np.log(np.where(shares > 0, shares, 1))).sum(1)[of.labels])
    before, after = entropies
    # More images than Quantus is handed at once.
    np.testing.assert_allclose(score("efficient_mprt", of), (after - before) / before, rtol=1e-6)
    assert np.ptp(before) > 0


def test_random_logit_is_1_where_all_classes_have_the_same_evidence():
    of = subject("gradient")
    model = copy.deepcopy(of.model)
    model.linear.weight.copy_(model.linear.weight[:1].expand(CLASSES, -1).clone())
    same = replace(of, model=model, maps=of.explain(model, of.images, of.labels))
    np.testing.assert_allclose(score("random_logit", same), 1, atol=1e-6)
    assert score("random_logit", of).max() < 0.9


@pytest.mark.parametrize("channels", [1, 3])
def test_non_sensitivity_counts_the_pixels_where_map_and_model_disagree(channels):
    of = subject(model=Patch(), channels=channels)
    # Where every pixel differs from the fill by enough, the model reacts to the whole patch and to nothing else.
    images = np.where(np.arange(PIXELS).reshape(SIDE, SIDE) % 2, 1, -1) * np.ones_like(of.images)
    of = replace(of, images=images.astype(np.float32), labels=np.zeros(12, np.int64))
    patch = indicator(Patch.where, 12)
    assert (score("non_sensitivity", replace(of, maps=patch)) == 0).all()
    assert (score("non_sensitivity", replace(of, maps=1 - patch)) == 1).all()
    corner = indicator(np.s_[:, :, 0, 0], 12)
    np.testing.assert_allclose(score("non_sensitivity", replace(of, maps=corner)), 17 / PIXELS)
    spike = replace(constant(channels=channels), maps=corner)
    np.testing.assert_allclose(score("non_sensitivity", spike), 1 / PIXELS)


def test_non_sensitivity_is_what_quantus_counts():
    import quantus

    of = subject("integrated_gradients", size=20)
    theirs = quantus.NonSensitivity(
        eps=0.1, abs=True, perturb_baseline="mean", normalise_func_kwargs={"normalise_axes": [1, 2, 3]}
    )(of.model, of.images, of.labels, a_batch=of.maps, device="cpu", channel_first=True, softmax=False)
    np.testing.assert_allclose(score("non_sensitivity", of, threshold=0.1) * PIXELS, theirs)
    assert len(set(theirs)) > 1


@pytest.mark.parametrize("channels", [1, 3])
def test_completeness_gap_is_how_far_the_sum_is_off(channels):
    of = subject("integrated_gradients", channels=channels)
    assert score("completeness", of).max() < 1e-3
    np.testing.assert_allclose(score("completeness", replace(of, maps=3 * of.maps)), 2, rtol=1e-3)
    np.testing.assert_allclose(score("completeness", replace(of, maps=0 * of.maps)), 1)
    assert np.isnan(score("completeness", replace(constant(channels=channels), complete=True))).all()
    with pytest.raises(NotApplicableError, match="does not promise"):
        score("completeness", subject("gradient"))


def test_a_model_that_reads_nothing_does_not_rely_on_the_shortcut():
    assert (score("shortcut_reliance", constant()) == 0).all()


@pytest.mark.parametrize(
    "name",
    [
        "accuracy_drop",
        "non_sensitivity",
        "pixel_flipping",
        "region_perturbation",
        "road",
        "symmetric_relevance_gain",
    ],
)
def test_the_patch_that_a_model_reads_beats_a_random_map_and_its_opposite(name):
    of = subject(model=Patch(), size=60)
    of = of.take(of.labels == 0)
    patch = indicator(Patch.where, len(of)) + np.random.default_rng(0).random(of.maps.shape) / 100
    random = subject("random", size=60).maps[: len(of)]
    sign = 1 if known(name).higher_is_better else -1
    right, chance, wrong = (
        sign * score(name, replace(of, maps=maps.astype(np.float32))).mean() for maps in (patch, random, -patch + 1.1)
    )
    assert right > chance > wrong


@pytest.mark.parametrize("name", ["adversarial_accuracy", "noise_accuracy"])
def test_a_model_that_sees_nothing_is_misled_by_nothing(name):
    of = subject(model=Constant(), size=5)
    of = replace(of, labels=np.array([0, 1, 0, 2, 0]))
    assert score(name, of).tolist() == [1, 0, 1, 0, 1]


@pytest.mark.parametrize(
    "name",
    [
        "accuracy_drop",
        "adversarial_accuracy",
        "efficient_mprt",
        "faithfulness_correlation",
        "local_lipschitz",
        "max_sensitivity",
        "mprt",
        "noise_accuracy",
        "random_logit",
        "road",
        "shortcut_reliance",
        "smooth_mprt",
        "symmetric_relevance_gain",
    ],
)
def test_another_seed_draws_other_numbers(name):
    of = subject("integrated_gradients", size=40)
    # Enough noise, or so few steps from the random start, that it decides.
    params = {
        "road": {"noise": 2.0},
        "adversarial_accuracy": {"epsilons": [0.005, 0.01], "steps": 1},
        "symmetric_relevance_gain": {"fill": "uniform"},
    }.get(name, {})
    assert (score(name, of, **params) != score(name, replace(of, seed=1), **params)).any()
