"""Cutting a split off another one."""

import numpy as np

from smoot.core.errors import SmootError
from smoot.data.store import Split


def cut(split: Split, size: int, seed: int) -> tuple[Split, Split]:
    """(the rest, `size` images with each class in proportion), both in the order of `split`.

    Raises SmootError where `size` leaves no image of some class on either side.
    """
    # Here, as it takes a second that checking params.yaml should not pay.
    from sklearn.model_selection import train_test_split

    try:
        rest, taken = train_test_split(np.arange(len(split)), test_size=size, random_state=seed, stratify=split.labels)
    except ValueError as error:
        raise SmootError(f"cannot cut {size} of {len(split)} images: {error}") from None
    return split.take(np.sort(rest)), split.take(np.sort(taken))
