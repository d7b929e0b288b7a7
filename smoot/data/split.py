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
    except ValueError as error:
        raise SmootError(f"cannot cut {size} of {len(source)} images: {error}") from None
    return source.take(np.sort(rest)), source.take(np.sort(taken))
