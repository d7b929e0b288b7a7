"""Masks of one's own images: a file of masks for each image, of the same name."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from smoot.core.errors import SmootError
from smoot.core.text import MOST_NAMED, count, listed, some
from smoot.datasets._class_folders import entries

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


class OwnMasks:
    """The masks of a folder, as a `MaskOf`, and what was met in them."""

    def __init__(self, files: Mapping[Path, Path], values: Iterable[int] | None) -> None:
        """files: by image, as from `mask_files`. values: those that are object; None for all above 0."""
        self._files, self._values = files, None if values is None else sorted(values)
        self._met: set[int] = set()
        self._empty: set[Path] = set()

    def __call__(self, image: Path, size: tuple[int, int]) -> Image.Image:
        """Raises SmootError, naming the file, where the mask is of another size, or is no image of values."""
        path = self._files[image]
        found = _values(path)
        if found.shape[::-1] != size:
            sizes = f"{found.shape[1]}×{found.shape[0]}, where {image} is {size[0]}×{size[1]}"
            raise SmootError(f"{path}: {sizes}; both need one size")
        inside = found > 0 if self._values is None else np.isin(found, self._values)
        self._met.update(np.unique(found).tolist())
        if not inside.any():
            self._empty.add(path)
        return Image.fromarray(np.where(inside, 255, 0).astype(np.uint8))

    def told(self) -> list[str]:
        """A line where masks have no object, once they have been read. Raises SmootError where a value is in none."""
        met = ", ".join(map(str, sorted(self._met)[:20]))
        if absent := [value for value in self._values or [] if value not in self._met]:
            raise SmootError(f"object: {', '.join(map(str, absent))}: in none of the masks, which have {met}")
        if len(self._empty) == len(self._files):
            raise SmootError(f"no mask has an object: all their values are {met}")
        if not self._empty:
            return []
        masks = count(len(self._empty), "mask has", "masks have")
        return [
            f"{masks} no object, so no score of localisation is of its image: {some(sorted(map(str, self._empty)))}"
        ]


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
