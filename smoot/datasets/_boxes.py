"""Boxes of one's own images, as masks: a CSV file of them, or COCO's JSON of instances."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from smoot.core.errors import SmootError
from smoot.core.text import MOST_NAMED, listed
from smoot.datasets._photographs import MaskOf

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the image as it is stored, counted from 0; the last ones are inside."""

COLUMNS = ("file", "x1", "y1", "x2", "y2")


def from_boxes(boxes: Mapping[Path, Sequence[Box]]) -> MaskOf:
    """Masks that are true in any of an image's boxes. What is returned raises SmootError where one is outside."""

    def mask_of(image: Path, size: tuple[int, int]) -> Image.Image:
        mask = Image.new("L", size)
        for x1, y1, x2, y2 in boxes[image]:
            if not (0 <= x1 <= x2 <= size[0] - 1 and 0 <= y1 <= y2 <= size[1] - 1):
                raise SmootError(
                    f"{image}: box {x1:g}, {y1:g}, {x2:g}, {y2:g} is not inside its {size[0]}×{size[1]} pixels; "
                    f"allowed: 0 ≤ x1 ≤ x2 ≤ {size[0] - 1} and 0 ≤ y1 ≤ y2 ≤ {size[1] - 1}"
                )
            ImageDraw.Draw(mask).rectangle((round(x1), round(y1), round(x2), round(y2)), fill=255)
        return mask

    return mask_of


def boxes_of(images: Sequence[Path], root: Path, file: Path) -> dict[Path, list[Box]]:
    """The boxes of each image, of a CSV file with COLUMNS or of COCO's JSON of instances.

    Raises SmootError, a line a file, where an image has none, or the file is wrong or names an image that is not there.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SmootError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    named = _of_coco(file, text) if file.suffix.lower() == ".json" else _of_csv(file, text)
    by_name = {image.relative_to(root).as_posix(): image for image in images}
    found: dict[Path, list[Box]] = {}
    wrong = []
    for name, boxes in named.items():
        if image := by_name.get(name):
            found[image] = boxes
        else:
            wrong.append(f"{file}: {name!r}: no such image in {root}")
    wrong += [f"{image}: no box in {file}" for image in images if image not in found]
    if wrong:
        raise SmootError(listed(wrong, most=MOST_NAMED))
    return found


def _of_csv(file: Path, text: str) -> dict[str, list[Box]]:
    table = csv.DictReader(text.splitlines())
    if lacking := [name for name in COLUMNS if name not in (table.fieldnames or [])]:
        raise SmootError(f"{file}: no column {', '.join(lacking)}; needed: {', '.join(COLUMNS)}")
    boxes: dict[str, list[Box]] = {}
    for row in table:
        boxes.setdefault(row["file"], []).append(
            _box(f"{file}: line {table.line_num}", [row[name] for name in COLUMNS[1:]])
        )
    return boxes


def _of_coco(file: Path, text: str) -> dict[str, list[Box]]:
    try:
        content = json.loads(text)
        names = {image["id"]: image["file_name"] for image in content["images"]}
        boxes: dict[str, list[Box]] = {}
        for number, note in enumerate(content["annotations"]):
            x, y, width, height = _box(f"{file}: annotations.{number}.bbox", note["bbox"])
            boxes.setdefault(names[note["image_id"]], []).append((x, y, x + max(width - 1, 0), y + max(height - 1, 0)))
    except (ValueError, KeyError, TypeError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise SmootError(f"{file}: not COCO's JSON of instances (images, annotations with bbox): {what}") from None
    return boxes


def _box(where: str, given: Any) -> Box:
    try:
        x1, y1, x2, y2 = map(float, given)
    except (ValueError, TypeError):
        raise SmootError(f"{where}: {given}; four numbers are needed") from None
    if not all(map(math.isfinite, (x1, y1, x2, y2))):
        raise SmootError(f"{where}: {given}; finite numbers are needed")
    return x1, y1, x2, y2
