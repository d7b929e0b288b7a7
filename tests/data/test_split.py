"""Cutting a split off another one, and taking a part of one."""

from itertools import pairwise

import numpy as np
import pytest

from smoot.core.errors import SmootError
from smoot.data.contract import in_memory
from smoot.data.split import cut, first, stratified_order

LABELS = np.random.default_rng(0).permutation(np.repeat(np.arange(4), [200, 100, 50, 7]))


def toy(size=40, classes=4):
    images = np.arange(size, dtype=np.uint8).reshape(size, 1, 1, 1)
    return in_memory(images, np.arange(size) % classes)


def numbered(labels):
    """Images whose two pixels say their place."""
    places = np.arange(len(labels))
    return in_memory(np.stack([places // 256, places % 256], axis=1).astype(np.uint8)[:, None, None], labels)


def places_of(source):
    pixels = source.read(np.arange(len(source))).images[:, 0, 0].astype(int)
    return (256 * pixels[:, 0] + pixels[:, 1]).tolist()


def test_places_of_places():
    images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    part = in_memory(images, np.arange(10)).take(np.array([7, 3, 5])).take(np.array([2, 0]))
    assert part.labels.tolist() == [5, 7]
    assert part.read(np.array([1, 0, 1])).images.ravel().tolist() == [7, 5, 7]


@pytest.mark.parametrize("size", [3, 38, 40])
def test_a_cut_that_leaves_a_class_empty_is_refused(size):
    with pytest.raises(SmootError, match=f"cannot cut {size} of 40 images"):
        cut(toy(), size, 0)


def test_a_cut_keeps_the_classes_in_proportion_and_its_seed_is_its_own():
    rest, taken = cut(toy(), 12, 0)
    assert np.bincount(taken.labels).tolist() == [3] * 4
    assert np.bincount(rest.labels).tolist() == [7] * 4
    assert not np.array_equal(taken.read(np.arange(12)).images, cut(toy(), 12, 1)[1].read(np.arange(12)).images)


def test_the_first_images_are_among_the_first_of_a_larger_number():
    parts = [set(places_of(first(numbered(LABELS), size, 0))) for size in (30, 31, 100, 357)]
    assert [len(part) for part in parts] == [30, 31, 100, 357]
    assert all(smaller < larger for smaller, larger in pairwise(parts))


def test_the_first_images_are_in_the_order_of_all():
    for size in (50, 357):
        places = places_of(first(numbered(LABELS), size, 0))
        assert places == sorted(places)


def test_among_the_first_images_each_class_is_in_proportion():
    order = stratified_order(LABELS, 0)
    assert sorted(order) == list(range(len(LABELS)))
    whole = np.bincount(LABELS)
    for size in range(1, len(LABELS) + 1):
        counts = np.bincount(LABELS[order[:size]], minlength=4)
        assert np.abs(counts - size * whole / len(LABELS)).max() <= 1.01


def test_no_class_always_comes_first_where_they_are_of_one_size():
    firsts = {int(toy().labels[stratified_order(toy().labels, seed)[0]]) for seed in range(30)}
    assert firsts == {0, 1, 2, 3}


def test_the_first_images_are_chosen_by_the_seed():
    chosen = [places_of(first(numbered(LABELS), 60, seed)) for seed in (0, 0, 1)]
    assert chosen[0] == chosen[1] != chosen[2]


@pytest.mark.parametrize("size", [25, 358])
def test_a_number_that_cannot_be_had_is_refused(size):
    with pytest.raises(ValueError, match=f"^{size}: of 357 training images, .*; allowed: 26 to 357$"):
        first(numbered(LABELS), size, 0)
