"""Cutting a split off another one."""

import numpy as np

from smoot.core.errors import SmootError
from smoot.data.dataset import Source


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
