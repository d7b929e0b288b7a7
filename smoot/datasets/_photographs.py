"""Image files of any size and kind, as images of one size: decoded when they are read, never all at once."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from pydantic import Field

from smoot.artifacts.dataset import Region, Split
from smoot.core.errors import SmootError
from smoot.core.text import MOST_NAMED, count, listed
from smoot.data.contract import DatasetParams, Source
from smoot.datasets._decoding import MODES, ORIENTATION, THREADS, ChannelMoments, decode

MaskOf = Callable[[Path, tuple[int, int]], Image.Image]
"""(an image's file, its (width, height) as stored) → its object mask: mode "L", 0 off the object, 255 on it."""


class PhotographParams(DatasetParams):
    """What a data set of photographs can be asked for."""

    size: int = Field(64, ge=8, le=512)
    """The side in pixels of the squares that images are brought to. Training costs grow with its square."""


@dataclass
class Seen:
    """What was met in files that were read, and should be told."""

    bits: dict[Path, int] = field(default_factory=dict)
    """The largest value of each 16-bit file."""
    black: set[Path] = field(default_factory=set)
    """The files of which all pixels are 0."""

    def told(self) -> list[str]:
        """A line for each kind that there is."""
        lines = []
        largest = max(self.bits, key=self.bits.__getitem__, default=None)
        if largest and (top := self.bits[largest]) < 2**15:
            used = (top >> 8) + 1
            lines.append(
                f"the largest value of {count(len(self.bits), '16-bit file')} is {top} ({largest}), so {used} of 256 "
                f"greys are in use; `levels: {max(top.bit_length(), 8)}`, or `levels: auto`, spreads them"
            )
        if self.black:
            files = count(len(self.black), "image is", "images are")
            lines.append(f"{files} black: {min(self.black)}{' for one' if len(self.black) > 1 else ''}")
        return lines


def photographs(
    paths: Sequence[Path],
    labels: np.ndarray,
    size: int,
    channels: ChannelMoments = "rgb",
    mask_of: MaskOf | None = None,
    turn: bool | None = None,
    bits: int = 16,
    seen: Seen | None = None,
) -> Source:
    """The images in the files at `paths`, each resized and cropped about its centre to size × size, and its mask too.

    What is transparent lies on white; of 16-bit greys, the upper 8 of their lowest `bits` bits are kept. turn: whether
    images and masks are turned as the image's EXIF data say; None: those without masks are. seen: what is to be told
    of the files. Reading raises SmootError, naming up to MOST_NAMED files, where one is no image, damaged, unreadable,
    too large, or has a wrong mask.
    """
    turned = mask_of is None if turn is None else turn
    noted = Seen() if seen is None else seen

    def image_and_mask(row: int) -> tuple[np.ndarray, np.ndarray]:
        found = decode(paths[row], channels, size, turned, bits)
        pixels = np.asarray(found.image).reshape(size, size, -1).transpose(2, 0, 1)
        if found.largest is not None:
            noted.bits[paths[row]] = found.largest
        if not pixels.any():
            noted.black.add(paths[row])
        if mask_of is None:
            return pixels, np.empty((0, size, size), np.uint8)
        mask = _turned(mask_of(paths[row], found.stored), found.orientation)
        inside = np.asarray(ImageOps.fit(mask, (size, size), Image.Resampling.NEAREST)) > 127
        return pixels, np.where(inside[None], Region.OBJECT, Region.BACKGROUND).astype(np.uint8)

    def tried(row: int) -> tuple[np.ndarray, np.ndarray] | SmootError:
        try:
            return image_and_mask(row)
        except SmootError as error:
            return error

    def read(places: np.ndarray) -> Split:
        with ThreadPoolExecutor(THREADS) as pool:
            found = [*pool.map(tried, places.tolist())]
            if any(isinstance(one, SmootError) for one in found):
                lines = _first_errors(pool.map(tried, range(len(paths))))
                pool.shutdown(cancel_futures=True)
                raise SmootError(listed(lines, most=MOST_NAMED))
        images, masks = zip(*(one for one in found if not isinstance(one, SmootError)), strict=True)
        regions = np.stack(masks) if mask_of else np.empty((0, 1, size, size), np.uint8)
        return Split(np.stack(images), labels[places], regions)

    labels = np.asarray(labels, np.int64)
    return Source(labels, (len(MODES[channels]), size, size), mask_of is not None, read, paths)


def _first_errors(found: Iterable[object]) -> list[str]:
    """The first of all errors, and one more than are named: a user need not mend one file after the other."""
    return [*islice((str(one) for one in found if isinstance(one, SmootError)), MOST_NAMED + 1)]


def _turned(mask: Image.Image, orientation: int) -> Image.Image:
    mask.getexif()[ORIENTATION] = orientation
    return ImageOps.exif_transpose(mask)
