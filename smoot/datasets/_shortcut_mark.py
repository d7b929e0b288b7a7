"""A shortcut: a mark on an image's border whose place tells the class, where nothing else is."""

import numpy as np

from smoot.artifacts.dataset import Region
from smoot.core.errors import SmootError

BRIGHT = 255


def slots(side: int, size: int, classes: int) -> np.ndarray:
    """(classes, 4) ints: top, left, height and width of the place of each class's mark, size × size pixels.

    They go clockwise about the border of a square of `side` pixels, from its top-left corner on, evenly and without
    overlap, no further than `size` from the edge. Raises SmootError where there is no room for all of them.
    """
    reach = side - size
    steps = np.arange(reach // size) * size
    near, far = np.zeros_like(steps), np.full_like(steps, reach)
    tops = np.concatenate([near, steps, far, reach - steps])
    lefts = np.concatenate([steps, far, reach - steps, near])
    if classes > len(tops):
        raise SmootError(
            f"shortcut: the border of {side}×{side} pixels has room for {len(tops)} marks of {size}×{size} pixels, "
            f"one a class; there are {classes} classes"
        )
    chosen = np.arange(classes) * len(tops) // classes
    return np.stack([tops[chosen], lefts[chosen], *np.full((2, classes), size)], axis=1)


def chosen(labels: np.ndarray, numbers: np.ndarray, agreement: float, classes: int) -> np.ndarray:
    """(n,) ints: the slot of each image's mark: its label's with probability `agreement`, else any slot.

    numbers: (n, 2) in [0, 1), whether it agrees and the slot where it does not.
    """
    return np.where(numbers[:, 0] < agreement, labels, (numbers[:, 1] * classes).astype(int))


def mark(images: np.ndarray, masks: np.ndarray, places: np.ndarray) -> None:
    """Draws the marks into images (n, C, H, W) and masks (n, 1, H, W). places: (n, 4), a slot for each image."""
    for image, mask, (top, left, height, width) in zip(images, masks, places.tolist(), strict=True):
        window = slice(top, top + height), slice(left, left + width)
        image[:, *window] = BRIGHT
        mask[:, *window] = Region.SHORTCUT
