"""Image files of any size and kind, as images of one size: decoded when they are read, never all at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ImageFile import ImageFile
from pydantic import Field

from smoot.artifacts.dataset import Region, Split
from smoot.core.errors import SmootError
from smoot.data.contract import DatasetParams, Source

ChannelMoments = Literal["rgb", "grey"]
# (row, (width, height) of the image as stored) → that image's object mask: mode "L", 0 off the object, 255 on it.
MaskOf = Callable[[int, tuple[int, int]], Image.Image]

MODES = {"rgb": "RGB", "grey": "L"}
FORMATS = ["BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP"]  # others run programs to be read
LARGEST = 2**26  # pixels of a file's image; a small file can claim any number
ALONE = 2**22  # an image with more pixels is decoded while no other such is, as several would fill the memory
THREADS = 4  # that decode; Pillow leaves Python's lock meanwhile
ONE_AT_A_TIME = threading.Lock()
Image.init()  # or Pillow does not know all of FORMATS


class PhotographParams(DatasetParams):
    """What a data set of photographs can be asked for."""

    size: int = Field(64, ge=8, le=512)
    """The side in pixels of the squares that images are brought to. Training costs grow with its square."""


def photographs(
    paths: Sequence[Path],
    labels: np.ndarray,
    size: int,
    channels: ChannelMoments = "rgb",
    mask_of: MaskOf | None = None,
) -> Source:
    """The images in the files at `paths`, each resized and cropped about its centre to size × size.

    Turned as their EXIF data say, but for those with masks, which are drawn on images as they are stored; what is
    transparent lies on white; 16-bit greys keep their upper 8 bits. Reading raises SmootError, naming the file, where
    one is no image, damaged, unreadable or too large.
    """

    def image_and_mask(row: int) -> tuple[np.ndarray, np.ndarray]:
        image, stored = decode(paths[row], channels, size, turn=mask_of is None)
        pixels = np.asarray(image).reshape(size, size, -1).transpose(2, 0, 1)
        if mask_of is None:
            return pixels, np.empty((0, size, size), np.uint8)
        mask = np.asarray(ImageOps.fit(mask_of(row, stored), (size, size), Image.Resampling.NEAREST))
        return pixels, np.where(mask[None] > 127, Region.OBJECT, Region.BACKGROUND).astype(np.uint8)

    def read(places: np.ndarray) -> Split:
        with ThreadPoolExecutor(THREADS) as pool:
            images, masks = zip(*pool.map(image_and_mask, places.tolist()), strict=True)
        regions = np.stack(masks) if mask_of else np.empty((0, 1, size, size), np.uint8)
        return Split(np.stack(images), labels[places], regions)

    labels = np.asarray(labels, np.int64)
    return Source(labels, (len(MODES[channels]), size, size), mask_of is not None, read)


def decode(path: Path, channels: ChannelMoments, size: int, turn: bool) -> tuple[Image.Image, tuple[int, int]]:
    """(the file's image, of mode "RGB" or "L", fitted to size × size; its width and height as stored).

    turn: as its EXIF data say.
    """
    try:
        with Image.open(path, formats=FORMATS) as file:
            stored = file.size
            if file.width * file.height > LARGEST:
                raise SmootError(f"{path}: too large: {file.width}×{file.height}; {LARGEST:,} pixels are allowed")
            file.draft(None, (2 * size, 2 * size))  # a JPEG is decoded no larger than needed
            with ONE_AT_A_TIME if file.width * file.height > ALONE else nullcontext():
                image = _fitted(file, path, channels, size, turn)
                file.close()  # its pixels too, before the lock is given up
                return image, stored
    except (SmootError, MemoryError):
        raise
    except UnidentifiedImageError:
        what = "is empty" if path.stat().st_size == 0 else f"is not an image; allowed: {', '.join(FORMATS)}"
        raise SmootError(f"{path}: {what}") from None
    except Image.DecompressionBombError:
        raise SmootError(f"{path}: too large; {LARGEST:,} pixels are allowed") from None
    except Exception as error:  # a damaged file breaks Pillow's decoders in many ways
        why = getattr(error, "strerror", None) or f"damaged image: {error}"
        raise SmootError(f"{path}: cannot be read: {why}") from None


def _fitted(file: ImageFile, path: Path, channels: ChannelMoments, size: int, turn: bool) -> Image.Image:
    if turn:
        ImageOps.exif_transpose(file, in_place=True)
    image = _eight_bits(file, path).convert(MODES[channels])
    return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)


def _eight_bits(image: ImageFile, path: Path) -> Image.Image:
    """The image with 8 bits a channel and nothing transparent."""
    # Pillow opens 16-bit PNM files as 32-bit ones.
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format in ("PNG", "PPM")):
        return Image.fromarray((np.asarray(image).clip(0, 2**16 - 1) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise SmootError(f"{path}: pixels of 32 bits (mode {image.mode}); 8 and 16 are allowed")
    if image.has_transparency_data:
        opaque = image if image.mode == "RGBA" else image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque)
    return image.convert("RGB") if image.mode == "CMYK" else image
