"""The formulas that readers are told, written once more in NumPy, give what the metrics give.

Those that draw at random have known answers in tests/scoring.
"""

import numpy as np
import pytest
from scored_models import CLASSES, SIDE, subject
from skimage.metrics import structural_similarity

from smoot.artifacts.dataset import Region
from smoot.core import components

D = SIDE * SIDE


@pytest.fixture(scope="module", params=[1, 3], ids=["grey", "colour"])
def of(request):
    return subject("integrated_gradients", size=8, channels=request.param)


def score(name, of, **params):
    component = components.load("metrics", name)
    return component.score(of, component.Params(**params))


def flat(maps):
    return maps.reshape(len(maps), -1).astype(float)


def p_y(of, images):
    logits = of.predict(images).astype(float)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return p[np.arange(len(of)), of.labels]


def f_y(of, images):
    return of.predict(images)[np.arange(len(of)), of.labels].astype(float)


def right(of, images):
    return (of.predict(images).argmax(1) == of.labels).astype(float)


def without_highest(of, pixels, fill):
    """The images without the `pixels` pixels of the highest a."""
    gone = np.zeros((len(of), D), bool)
    np.put_along_axis(gone, (-flat(of.maps)).argsort(axis=1)[:, :pixels], True, axis=1)
    return np.where(gone.reshape(of.maps.shape), fill, of.images)


def mean_colour(of):
    return of.images.mean((2, 3), keepdims=True)


def area(points):
    return (points[0] / 2 + sum(points[1:-1]) + points[-1] / 2) / (len(points) - 1)


def test_accuracy_drop(of):
    fills = {"image_min": of.images.min((2, 3), keepdims=True), "channel_mean": mean_colour(of)}
    for fill, value in fills.items():
        scores = score("accuracy_drop", of, fill=fill)
        by_map = area([right(of, without_highest(of, round(j * D / 10), value)) for j in range(10)])
        by_chance = area(list(scores.curves["random"].values.astype(float).T))
        np.testing.assert_allclose(scores.values, by_chance - by_map)


def test_completeness(of):
    change = f_y(of, of.images) - f_y(of, np.zeros_like(of.images))
    gap = np.abs(flat(of.maps).sum(1) - change) / np.abs(change)
    np.testing.assert_allclose(score("completeness", of).values, gap, atol=1e-5)


def test_complexity_and_sparseness(of):
    v = np.sort(np.abs(flat(of.maps)), axis=1)
    q = v / v.sum(1, keepdims=True)
    entropy = -(q * np.log(q)).sum(1) / np.log(D)
    gini = ((2 * np.arange(1, D + 1) - D - 1) * v).sum(1) / (D * v.sum(1))
    np.testing.assert_allclose(score("complexity", of).values, entropy, rtol=1e-5)
    np.testing.assert_allclose(score("sparseness", of).values, gini, rtol=1e-4)
    counted = (v > 0.2 * v.max(1, keepdims=True)).sum(1) / D
    np.testing.assert_allclose(score("effective_complexity", of, threshold=0.2).values, counted)


def test_shares_of_attribution(of):
    a = np.abs(flat(of.maps))
    names = {"relevance_mass": "OBJECT", "distractor_mass": "DISTRACTOR", "shortcut_mass": "SHORTCUT"}
    for name, region in names.items():
        inside = flat(of.masks == Region[region])
        np.testing.assert_allclose(score(name, of).values, (a * inside).sum(1) / a.sum(1), rtol=1e-5)


def test_ranks_on_the_object(of):
    expected = {"relevance_rank": [], "topk_intersection": [], "pointing_game": [], "localisation_auc": []}
    k = round(0.3 * D)
    for a, mask in zip(np.abs(flat(of.maps)), flat(of.masks == Region.OBJECT).astype(bool), strict=True):
        hits = mask[(-a).argsort()]
        expected["relevance_rank"].append(hits[: mask.sum()].mean())
        expected["topk_intersection"].append(hits[:k].sum() / k)
        expected["pointing_game"].append(hits[0])
        pairs = a[mask][:, None] - a[~mask][None]
        expected["localisation_auc"].append((pairs > 0).mean() + (pairs == 0).mean() / 2)
    for name, values in expected.items():
        params = {"share": 0.3} if name == "topk_intersection" else {}
        np.testing.assert_allclose(score(name, of, **params).values, values, err_msg=name)


def test_non_sensitivity(of):
    a, before = np.abs(flat(of.maps)), f_y(of, of.images)
    disagree = np.zeros(len(of))
    for i in range(D):
        less = of.images.copy()
        less[:, :, i // SIDE, i % SIDE] = mean_colour(of)[:, :, 0, 0]
        disagree += (a[:, i] / a.max(1) >= 0.1) != (np.abs(before - f_y(of, less)) >= 0.1)
    np.testing.assert_allclose(score("non_sensitivity", of, threshold=0.1).values, disagree / D)


def test_pixel_flipping(of):
    points = [p_y(of, without_highest(of, t * SIDE, mean_colour(of))) for t in range(1, SIDE + 1)]
    np.testing.assert_allclose(score("pixel_flipping", of).values, area(points), rtol=1e-4)


def test_region_perturbation(of):
    """8 × 8 pixels are 4 × 4 patches of 2 × 2."""
    sums = of.maps.reshape(len(of), 4, 2, 4, 2).sum((2, 4)).reshape(len(of), -1)
    order, images, falls = (-sums).argsort(axis=1), of.images.copy(), []
    for t in range(round(0.3 * 16)):
        for image, patch in zip(images, order[:, t], strict=True):
            top, left = 2 * (patch // 4), 2 * (patch % 4)
            image[:, top : top + 2, left : left + 2] = image.mean()
        falls.append(p_y(of, of.images) - p_y(of, images))
    values = score("region_perturbation", of, patch=2, share=0.3).values
    np.testing.assert_allclose(values, np.mean(falls, axis=0), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("patch", [1, 2, 3])
def test_symmetric_relevance_gain(of, patch):
    """Squares of 3 pixels leave a row and a column of smaller ones."""
    cut = range(0, SIDE, patch)
    masks = [np.zeros((SIDE, SIDE), bool) for _ in range(len(cut) ** 2)]
    for mask, (top, left) in zip(masks, ((top, left) for top in cut for left in cut), strict=True):
        mask[top : top + patch, left : left + patch] = True
    means = np.stack([of.maps[:, 0, mask].astype(float).mean(1) for mask in masks], axis=1)
    expected = []
    for order in (means.argsort(axis=1), (-means).argsort(axis=1)):
        points = []
        for j in range(11):
            images = of.images.copy()
            for image, first in zip(images, order[:, : round(j * len(masks) / 10)], strict=True):
                for square in first:
                    image[:, masks[square]] = np.nan
            points.append(p_y(of, np.where(np.isnan(images), mean_colour(of), images)))
        expected.append(area(points))
    values = score("symmetric_relevance_gain", of, fill="channel_mean", patch=patch).values
    np.testing.assert_allclose(values, expected[0] - expected[1], rtol=1e-5, atol=1e-7)


def test_random_logit(of):
    values = score("random_logit", of).values
    for row, label in enumerate(of.labels):
        others = []
        one = of.take(np.array([row]))
        for other in set(range(CLASSES)) - {int(label)}:
            maps = flat(np.stack([one.maps[0], one.explain(one.model, one.images, np.array([other]))[0]]))
            true, wrong = maps / np.abs(maps).max(1, keepdims=True)
            span = max(true.max(), wrong.max()) - min(true.min(), wrong.min())
            others.append(structural_similarity(true, wrong, win_size=7, data_range=span))
        assert np.isclose(values[row], others, atol=1e-5).any()
