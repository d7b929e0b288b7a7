"""Cutting a split off another one, and taking a part of one."""

import numpy as np

from smoot.core.errors import SmootError
from smoot.core.seeding import derive
from smoot.data.contract import Source


def cut(source: Source, size: int, seed: int) -> tuple[Source, Source]:
    """(the rest, `size` images with each class in proportion), both in the order of `source`.

    Raises SmootError where `size` leaves no image of some class on either side.
    """
    # Here, as it takes a second that checking params.yaml should not pay.
    from sklearn.model_selection import train_test_split

    places = np.arange(len(source))
    try:
        rest, taken = train_test_split(places, test_size=size, random_state=seed, stratify=source.labels)
    except ValueError:
        counts = np.bincount(source.labels)
        raise SmootError(
            f"cannot cut {size} of {len(source)} images so that each of {len(counts)} classes has some on both sides; "
            f"allowed: {len(counts)} to {len(source) - len(counts)}, and at least 2 images of a class, of which the "
            f"smallest has {counts.min()}"
        ) from None
    return source.take(np.sort(rest)), source.take(np.sort(taken))


def first(source: Source, size: int, seed: int) -> Source:
    """`size` images with each class in proportion, in the order of `source`; those of a smaller size are among them.

    Raises ValueError, saying which sizes are allowed, where `size` is too large or leaves some class without an image.
    """
    order = stratified_order(source.labels, seed)
    _, firsts = np.unique(source.labels[order], return_index=True)
    smallest = int(firsts.max()) + 1
    if not smallest <= size <= len(source):
        raise ValueError(
            f"{size}: of {len(source)} training images, at least one of every class; "
            f"allowed: {smallest} to {len(source)}"
        )
    return source.take(np.sort(order[:size]))


def stratified_order(labels: np.ndarray, seed: int) -> np.ndarray:
    """(N,) all places, at random, such that among the first n, for every n, each class is in proportion."""
    rng = np.random.default_rng(derive(seed, "train"))
    shuffled = rng.permutation(len(labels))
    progress = np.empty(len(labels))  # the part of its class up to an image, half of itself included
    for label in np.unique(labels):
        places = shuffled[labels[shuffled] == label]
        progress[places] = (np.arange(len(places)) + 0.5) / len(places)
    # Classes that are equally far come in the order of `shuffled`, so that none comes always first.
    return shuffled[np.argsort(progress[shuffled], kind="stable")]
