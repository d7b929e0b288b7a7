"""Images of which a share of the pixels is replaced, in an order, by values of the image's own range."""

from typing import Literal

import numpy as np

RemovalFill = Literal["image_min", "channel_mean", "uniform"]
FILLS = (
    "image_min, the channel's minimum, channel_mean, its mean, or uniform, noise between its minimum and its maximum"
)


def substitute(images: np.ndarray, fill: str, rng: np.random.Generator) -> np.ndarray:
    """What a removed pixel of images (n, C, H, W) becomes, of their shape, by the image's own pixels in that channel.

    fill: one of Fill.
    """
    low, high = images.min((2, 3), keepdims=True), images.max((2, 3), keepdims=True)
    if fill == "uniform":
        return (low + (high - low) * rng.random(images.shape)).astype(images.dtype)
    return np.broadcast_to(low if fill == "image_min" else images.mean((2, 3), keepdims=True), images.shape)


def places(ranking: np.ndarray) -> np.ndarray:
    """(n, units) ints: the place of each unit in the order of `ranking`, the highest first; of equal ones the first."""
    return (-ranking).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")


def squares(values: np.ndarray, patch: int) -> np.ndarray:
    """(n, 1, H, W) → (n, rows · columns): means over the squares of patch × patch pixels, smaller at the far ends."""
    if patch == 1:
        return values.reshape(len(values), -1)
    starts = [np.arange(0, side, patch) for side in values.shape[2:]]
    sums = np.add.reduceat(np.add.reduceat(values.astype(np.float64), starts[0], axis=2), starts[1], axis=3)
    sizes = [np.diff(np.append(start, side)) for start, side in zip(starts, values.shape[2:], strict=True)]
    return (sums / np.outer(*sizes)).reshape(len(values), -1)


def on_pixels(of_squares: np.ndarray, patch: int, size: tuple[int, int]) -> np.ndarray:
    """(n, 1, H, W): what each pixel's square has, as from `squares`. size: (H, W)."""
    rows, columns = (-(-side // patch) for side in size)
    grid = of_squares.reshape(-1, 1, rows, columns)
    return grid.repeat(patch, axis=2).repeat(patch, axis=3)[..., : size[0], : size[1]]
