"""Masks of one's own images: a file of masks for each image, of the same name."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from smoot.core.errors import SmootError
from smoot.core.text import listed
from smoot.datasets._class_folders import MOST_NAMED, entries
from smoot.datasets._photographs import MaskOf

MASK_FORMATS = ["BMP", "GIF", "PNG", "PPM", "TIFF"]  # those that keep every value; JPEG changes them


def mask_files(images: Sequence[Path], root: Path, folder: Path) -> dict[Path, Path]:
    """The mask of each image: the file of the same relative path and stem in `folder`.

    images: in `root`. Raises SmootError, a line a file, where an image has none or several, or a mask has no image.
    """
    by_stem: dict[Path, list[Path]] = {}
    for path in _files(folder):
        by_stem.setdefault(path.relative_to(folder).with_suffix(""), []).append(path)
    wanted: dict[Path, Path] = {}
    wrong = []
    for image in images:
        stem = image.relative_to(root).with_suffix("")
        if stem not in by_stem:
            wrong.append(f"{image}: no mask; {folder / stem}.png is expected")
        elif (other := wanted.setdefault(stem, image)) != image:
            wrong.append(f"{image}: has the stem of {other.name}, so one mask would be of both")
    for stem, found in by_stem.items():
        if stem not in wanted:
            wrong += [f"{path}: a mask of no image" for path in found]
        elif len(found) > 1:
            wrong.append(f"{wanted[stem]}: {len(found)} masks: {', '.join(map(str, found))}")
    if wrong:
        raise SmootError(listed(wrong, most=MOST_NAMED))
    return {image: by_stem[stem][0] for stem, image in wanted.items()}


def from_files(files: Mapping[Path, Path], values: Iterable[int] | None) -> MaskOf:
    """Masks that are read from files. files: by image, as from `mask_files`.

    values: those that are object; None for all above 0. What is returned raises SmootError, naming the file, where a
    mask is of another size than its image, has none of the values, or is no image of values.
    """
    chosen = None if values is None else sorted(values)

    def mask_of(image: Path, size: tuple[int, int]) -> Image.Image:
        path = files[image]
        found = _values(path)
        if found.shape[::-1] != size:
            sizes = f"{found.shape[1]}×{found.shape[0]}, where {image} is {size[0]}×{size[1]}"
            raise SmootError(f"{path}: {sizes}; both need one size")
        inside = found > 0 if chosen is None else np.isin(found, chosen)
        if not inside.any():
            asked = "value above 0" if chosen is None else f"value of object: {chosen}"
            raise SmootError(f"{path}: no {asked}; it has {', '.join(map(str, np.unique(found)[:10]))}")
        return Image.fromarray(np.where(inside, 255, 0).astype(np.uint8))

    return mask_of


def _values(path: Path) -> np.ndarray:
    """(height, width) ints: the values of a mask; those of a palette are its places, and of 1 bit 0 and 1."""
    try:
        with Image.open(path, formats=MASK_FORMATS) as file:
            if file.mode not in ("1", "L", "P", "I", "I;16", "I;16B", "I;16L"):
                raise SmootError(f"{path}: pixels of mode {file.mode}; a mask has one value a pixel: grey or a palette")
            return np.asarray(file).astype(np.int64)
    except UnidentifiedImageError:
        allowed = ", ".join(MASK_FORMATS)
        raise SmootError(f"{path}: no mask; allowed, as they keep every value: {allowed}") from None
    except (OSError, ValueError, SyntaxError) as error:
        raise SmootError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _files(folder: Path) -> list[Path]:
    """All in the folder and the folders in it."""
    found = []
    for path in entries(folder):
        found += _files(path) if path.is_dir() else [path]
    return found
