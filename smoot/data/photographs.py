"""Image files of any size and kind, as images of one size: decoded when they are read, never all at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from smoot.core.errors import SmootError
from smoot.data.dataset import Source
from smoot.data.store import Region, Split

Channels = Literal["rgb", "grey"]
# (row, (width, height) of the file's image) → that image's object mask: mode "L", 0 off the object, 255 on it.
MaskOf = Callable[[int, tuple[int, int]], Image.Image]

MODES = {"rgb": "RGB", "grey": "L"}
LARGEST = Image.MAX_IMAGE_PIXELS  # of a file's image; a small file can claim any number
THREADS = 4  # that decode; Pillow leaves Python's lock meanwhile


def photographs(
    paths: Sequence[Path], labels: np.ndarray, size: int, channels: Channels = "rgb", mask_of: MaskOf | None = None
) -> Source:
    """The images in the files at `paths`, each resized and cropped about its centre to size × size.

    Turned as their EXIF data say; what is transparent lies on white; 16-bit greys keep their upper 8 bits. Reading
    raises SmootError, naming the file, where one is no image, damaged, unreadable or too large.
    """

    def one(row: int) -> tuple[np.ndarray, np.ndarray]:
        image = decode(paths[row], channels, size)
        pixels = np.asarray(_fit(image, size, Image.Resampling.BICUBIC)).reshape(size, size, -1).transpose(2, 0, 1)
        if mask_of is None:
            return pixels, np.empty((0, size, size), np.uint8)
        mask = np.asarray(_fit(mask_of(row, image.info["size"]), size, Image.Resampling.NEAREST))
        return pixels, np.where(mask[None] > 127, Region.OBJECT, Region.BACKGROUND).astype(np.uint8)

    def read(places: np.ndarray) -> Split:
        with ThreadPoolExecutor(THREADS) as pool:
            images, masks = zip(*pool.map(one, places.tolist()), strict=True)
        regions = np.stack(masks) if mask_of else np.empty((0, 1, size, size), np.uint8)
        return Split(np.stack(images), labels[places], regions)

    labels = np.asarray(labels, np.int64)
    return Source(labels, (len(MODES[channels]), size, size), mask_of is not None, read)


def decode(path: Path, channels: Channels, size: int) -> Image.Image:
    """The file's image, upright, of mode "RGB" or "L"; `info["size"]` is its (width, height).

    A JPEG may come out smaller, but not below `size` × `size`: it is decoded no larger than needed.
    """
    try:
        with Image.open(path) as file:
            if file.width * file.height > LARGEST:
                raise Image.DecompressionBombError
            on_its_side = file.getexif().get(ExifTags.Base.Orientation, 1) > 4
            upright = file.size[::-1] if on_its_side else file.size
            file.draft(None, (2 * size, 2 * size))
            image = _eight_bits(ImageOps.exif_transpose(file), path)
    except UnidentifiedImageError:
        what = "is empty" if path.stat().st_size == 0 else "is not an image"
        raise SmootError(f"{path}: {what}") from None
    except Image.DecompressionBombError:
        raise SmootError(f"{path}: too large; {LARGEST:,} pixels are allowed") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        why = getattr(error, "strerror", None) or f"damaged image: {error}"
        raise SmootError(f"{path}: cannot be read: {why}") from None
    image = image.convert(MODES[channels])
    image.info["size"] = upright
    return image


def _eight_bits(image: Image.Image, path: Path) -> Image.Image:
    """The image with 8 bits a channel and nothing transparent."""
    if image.mode == "F" or image.mode.startswith("I"):
        values = np.asarray(image)
        if image.mode == "F" or values.min() < 0 or values.max() >= 2**16:
            raise SmootError(f"{path}: pixels of 32 bits (mode {image.mode}); 8 and 16 are allowed")
        return Image.fromarray((values >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB") if image.mode == "CMYK" else image


def _fit(image: Image.Image, size: int, filter_: Image.Resampling) -> Image.Image:
    return ImageOps.fit(image, (size, size), filter_)
