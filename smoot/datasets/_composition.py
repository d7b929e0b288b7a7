"""Composing images whose ground truth is known: an object over fragments of other objects over a texture.

Everything that is random in an image is a `Randomness`, numbers that are uniform in [0, 1), made before and without the
object and its label. So what lies around an object carries no information on what it is; what is visible of it does,
as far as the object in front hides it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from smoot.artifacts.dataset import Region, Split

COARSE = 6  # points along a side of the grid that the texture is enlarged from
# The darkest value, and the ranges of the smooth part and of the noise: nothing is black or white.
TEXTURE = np.array([64, 96, 32], np.float32)


@dataclass(frozen=True)
class Form:
    """The sizes of a canvas and of what is on it."""

    side: int
    """The side of the square canvas, in pixels."""
    channels: int
    height: int
    """The height of the objects' images, in pixels."""
    width: int
    """The width of the objects' images, in pixels."""
    distractors: int
    """Fragments an image."""

    @property
    def frame(self) -> int:
        """Pixels along the border that no object and no fragment enters."""
        return max(2, self.side // 12)

    @property
    def inner(self) -> int:
        """The side of the square inside the frame."""
        return self.side - 2 * self.frame

    @property
    def fragment(self) -> tuple[int, int]:
        """Height and width of the crops that fragments are."""
        return max(1, self.height // 2), max(1, self.width // 2)


class Randomness(NamedTuple):
    """The random numbers of one image, or with one more axis in front of n images; in [0, 1)."""

    coarse: np.ndarray
    """(C, COARSE, COARSE), of the texture."""
    noise: np.ndarray
    """(C, side, side), of the texture."""
    corner: np.ndarray
    """(2,): the object's top and left."""
    fragments: np.ndarray
    """(distractors, 4): which one, which of its pixels is in the middle, top, left."""
    mark: np.ndarray
    """(2,): whether the mark agrees with the label, and where it is if not."""


def random_numbers(seeds: list[tuple[int, int]], form: Form) -> Randomness:
    """The numbers of n images, each from a seed of its own: that of the split, and its place there."""
    images = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        coarse = rng.random((form.channels, COARSE, COARSE), np.float32)
        noise = rng.random((form.channels, form.side, form.side), np.float32)
        images.append((coarse, noise, rng.random(2), rng.random((form.distractors, 4)), rng.random(2)))
    return Randomness(*map(np.stack, zip(*images, strict=True)))


def texture(coarse: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """(n, C, side, side) uint8: the coarse grid enlarged bilinearly, and fine noise."""
    points = np.linspace(0, COARSE - 1, noise.shape[-1], dtype=np.float32)
    before = np.minimum(points.astype(int), COARSE - 2)
    weight = points - before.astype(np.float32)
    # By elements and not as matrix products, whose last bits differ between machines.
    rows = coarse[..., before, :] * (1 - weight[:, None]) + coarse[..., before + 1, :] * weight[:, None]
    smooth = rows[..., before] * (1 - weight) + rows[..., before + 1] * weight
    low, contrast, grain = TEXTURE
    return (low + contrast * smooth + grain * noise).astype(np.uint8)


def objects(split: Split) -> np.ndarray:
    """(n, H, W) bool: where the objects are; the whole image where no mask says so."""
    if not len(split.masks):
        return np.ones((len(split), *split.images.shape[2:]), bool)
    masks = split.masks[:, 0] == Region.OBJECT
    return masks | ~masks.any((1, 2), keepdims=True)


def picks(randomness: Randomness, pool: int) -> np.ndarray:
    """(n, distractors) ints below `pool`: which images the fragments are cut from."""
    return (randomness.fragments[:, :, 0] * pool).astype(int)


def compose(form: Form, randomness: Randomness, shown: Split, others: Split) -> tuple[np.ndarray, np.ndarray]:
    """(images (n, C, side, side) uint8, masks (n, 1, side, side) of `Region`).

    shown: the n images whose objects are pasted. others: those that the fragments are cut from, one image after the
    other. The object is pasted last: nothing covers it.
    """
    images = texture(randomness.coarse, randomness.noise)
    masks = np.full((len(images), 1, form.side, form.side), Region.BACKGROUND, np.uint8)
    fragments, cuts = randomness.fragments.reshape(-1, 4), objects(others)
    corners = _corners(fragments[:, 2:], form, form.fragment)
    high, wide = form.fragment
    for fragment, (top, left) in enumerate(corners):
        image = fragment // form.distractors
        row, column = _window(cuts[fragment], fragments[fragment, 1], form)
        window = slice(row, row + high), slice(column, column + wide)
        content = others.images[fragment][:, *window]
        _paste(images[image], masks[image, 0], content, cuts[fragment][window], top, left, Region.DISTRACTOR)
    outlines = objects(shown)
    for image, (top, left) in enumerate(_corners(randomness.corner, form, (form.height, form.width))):
        _paste(images[image], masks[image, 0], shown.images[image], outlines[image], top, left, Region.OBJECT)
    return images, masks


def _corners(numbers: np.ndarray, form: Form, size: tuple[int, int]) -> list[list[int]]:
    """(top, left) on the canvas of pieces of `size`, anywhere inside the frame, by `numbers` (n, 2) in [0, 1)."""
    room = form.inner - np.array(size) + 1
    return (form.frame + (numbers * room).astype(int)).tolist()


def _window(outline: np.ndarray, number: float, form: Form) -> tuple[int, int]:
    """(top, left) of a crop in its image, about a pixel of the object that `number` in [0, 1) picks."""
    pixels = np.flatnonzero(outline)
    row, column = divmod(int(pixels[int(number * len(pixels))]), form.width)
    high, wide = form.fragment
    return (
        min(max(row - high // 2, 0), form.height - high),
        min(max(column - wide // 2, 0), form.width - wide),
    )


def _paste(
    image: np.ndarray,
    regions: np.ndarray,
    content: np.ndarray,
    outline: np.ndarray,
    top: int,
    left: int,
    region: Region,
) -> None:
    """Puts `content` (C, h, w), inside `outline` (h, w), into `image` (C, H, W), and `region` into `regions` (H, W)."""
    window = slice(top, top + outline.shape[0]), slice(left, left + outline.shape[1])
    np.copyto(image[:, *window], content, where=outline)
    np.copyto(regions[window], np.uint8(region), where=outline)
