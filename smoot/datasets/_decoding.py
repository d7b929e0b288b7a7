"""Decoding of image files of any size and kind."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from smoot.core.errors import SmootError

ChannelMoments = Literal["rgb", "grey"]
MODES = {"rgb": "RGB", "grey": "L"}
FORMATS = ["BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP"]  # others run programs to be read
LARGEST = 2**26  # pixels of a file's image; a small file can claim any number
ALONE = 2**22  # an image with more pixels is decoded while no other such is, as several would fill the memory
THREADS = 4  # that decode; Pillow leaves Python's lock meanwhile
ONE_AT_A_TIME = threading.Lock()
ORIENTATION = ExifTags.Base.Orientation
EIGHT_BITS = {"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB"}
"""Pillow's modes of 8 bits a channel that it turns into RGB."""
Image.init()  # or Pillow does not know all of FORMATS


class Decoded(NamedTuple):
    """What a file is decoded to."""

    image: Image.Image
    """The image in the mode "RGB" or "L", fitted to the size asked for."""
    stored: tuple[int, int]
    """The width and height in the file."""
    orientation: int
    """EXIF's number of how it was turned; 1 where it was not."""
    largest: int | None
    """The largest value of a 16-bit file."""


def most_bits(paths: Iterable[Path]) -> int:
    """How many bits the largest value of all 16-bit files has, but 8 at least."""
    with ThreadPoolExecutor(THREADS) as pool:
        largest = [found.largest or 0 for found in pool.map(lambda path: decode(path, "grey", 8, False, 16), paths)]
    return max(max(largest, default=0).bit_length(), 8)


def decode(path: Path, channels: ChannelMoments, size: int, turn: bool, bits: int = 16) -> Decoded:
    """turn: as the file's EXIF data say. bits: of a 16-bit file, those that are in use."""
    try:
        with Image.open(path, formats=FORMATS) as file:
            stored = file.size
            if file.width * file.height > LARGEST:
                raise SmootError(f"{path}: too large: {file.width}×{file.height}; {LARGEST:,} pixels are allowed")
            file.draft(None, (2 * size, 2 * size))  # a JPEG is decoded no larger than needed
            with ONE_AT_A_TIME if file.width * file.height > ALONE else nullcontext():
                orientation = file.getexif().get(ORIENTATION, 1) if turn else 1
                if turn:
                    ImageOps.exif_transpose(file, in_place=True)
                image, largest = _eight_bits(file, path, bits)
                fitted = ImageOps.fit(image.convert(MODES[channels]), (size, size), Image.Resampling.BICUBIC)
                file.close()  # its pixels too, before the lock is given up
                return Decoded(fitted, stored, orientation, largest)
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


def _eight_bits(image: ImageFile, path: Path, bits: int) -> tuple[Image.Image, int | None]:
    """(the image with 8 bits a channel and nothing transparent, the largest value if it had 16)."""
    # Pillow opens 16-bit PNM files as 32-bit ones.
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format in ("PNG", "PPM")):
        values = np.asarray(image).clip(0, 2**16 - 1)
        if (largest := int(values.max(initial=0))) >= 2**bits:
            raise SmootError(f"{path}: value {largest}, where levels: {bits} allows 0 to {2**bits - 1}")
        return Image.fromarray((values >> (bits - 8)).astype(np.uint8)), largest
    if image.mode not in EIGHT_BITS:
        what = "32 bits" if image.mode in ("I", "F") else "a colour space without a rule for RGB"
        raise SmootError(f"{path}: pixels of {what} (mode {image.mode}); RGB and grey of 8 and 16 bits are allowed")
    if image.has_transparency_data:
        opaque = image if image.mode == "RGBA" else image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque), None
    return image.convert("RGB") if image.mode in ("CMYK", "LAB") else image, None
