"""The training images that a run draws, where `training.images` asks for a part of them."""

import numpy as np

from smoot.core.seeding import derive


def class_counts(labels: np.ndarray, size: int) -> np.ndarray:
    """(classes,) ints that add up to `size`: how many images of each class are drawn, in proportion to (N,) labels.

    Each class has its proportion, rounded down; the images that are left go to the largest remainders, of equal ones to
    the first classes.
    """
    shares, remainders = np.divmod(size * np.bincount(labels), len(labels))
    shares[np.argsort(-remainders, kind="stable")[: size - shares.sum()]] += 1
    return shares


def drawn_rows(labels: np.ndarray, size: int, seed: int) -> np.ndarray:
    """(size,) places in (N,) labels, ascending, drawn without replacement within each class.

    seed: the training seed. The places depend on nothing else that is drawn by it, and nothing else on them.
    """
    rng = np.random.default_rng(derive(seed, "training images"))
    drawn = [
        rng.permutation(np.flatnonzero(labels == label))[:count]
        for label, count in enumerate(class_counts(labels, size))
    ]
    return np.sort(np.concatenate(drawn))
