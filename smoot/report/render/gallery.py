"""The gallery's maps as pictures: each run's maps of one attribution in one PNG, the first image on top.

A colour stands for a value by itself, so that a script can tell the value under the pointer: white is 0, red positive
and blue negative, and each map has its own symmetric scale.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from smoot.report.page import Gallery, Maps

INLINE = 1_000_000  # bytes of PNG that a page holds; of more, all lie in files beside it
MAPS_FOLDER = "maps"
RED, BLUE = (178, 24, 43), (33, 102, 172)  # of the strongest values
LEVELS = 127  # on each side of 0


@dataclass(frozen=True)
class Strip:
    """The maps of one run by one attribution, or the images themselves."""

    source: str
    """An address: a data URI, or a file beside the page."""
    size: tuple[int, int]
    """Width and height of one image, in pixels."""
    peaks: tuple[float, ...] = ()
    """(g,): the largest absolute value of each map; 0 of an empty one."""
    of: Maps | None = None


@dataclass(frozen=True)
class Group:
    """The maps that are seen side by side, one a method."""

    model: str
    attribution: str
    seed: int
    first: bool
    """Whether the seed is the first of its data set, panel and model."""
    strips: tuple[Strip, ...]


@dataclass(frozen=True)
class MapGrid:
    """The images of one data set and panel, and all of their maps."""

    title: str
    labels: tuple[str, ...]
    images: Strip
    groups: tuple[Group, ...]


def map_grids(gallery: Gallery) -> list[MapGrid]:
    """The grids of maps, in the order of the images."""
    pngs = _pngs(gallery)
    inside = _fits(pngs)
    sources = {path: _uri(png) if inside else path for path, png in pngs.items()}
    shown = []
    for number, (title, images) in enumerate(gallery.images.items()):
        groups: dict[tuple[str, str, int], list[Strip]] = {}
        size = (images.shape[3], images.shape[2])
        for place, maps in enumerate(gallery.maps):
            if f"{maps.dataset}/{maps.panel}" == title:
                strip = Strip(sources[_path(place, maps)], maps.values.shape[:0:-1], peaks(maps.values), maps)
                groups.setdefault((maps.model, maps.attribution, maps.seed), []).append(strip)
        seeds: dict[str, int] = {}
        for model, _, seed in groups:
            seeds[model] = min(seed, seeds.get(model, seed))
        shown.append(
            MapGrid(
                title,
                gallery.labels[title],
                Strip(sources[_images_path(number)], size),
                tuple(
                    Group(model, attribution, seed, seed == seeds[model], tuple(strips))
                    for (model, attribution, seed), strips in groups.items()
                ),
            )
        )
    return shown


def files(gallery: Gallery) -> dict[str, bytes]:
    """What must lie beside the page, by path; nothing where the page holds it all."""
    pngs = _pngs(gallery)
    return {} if _fits(pngs) else pngs


def _fits(pngs: Mapping[str, bytes]) -> bool:
    return sum(map(len, pngs.values())) <= INLINE


def _pngs(gallery: Gallery) -> dict[str, bytes]:
    drawn = {_images_path(number): _png(_photos(images)) for number, images in enumerate(gallery.images.values())}
    return drawn | {_path(place, maps): _png(coloured(maps.values)) for place, maps in enumerate(gallery.maps)}


def _path(place: int, maps: Maps) -> str:
    names = (maps.dataset, maps.panel, maps.model, maps.method, maps.attribution, str(maps.seed))
    readable = "-".join(re.sub(r"[^a-z0-9_]", "", name.lower())[:30] for name in names)
    return f"{MAPS_FOLDER}/{place:04d}-{readable}.png"


def _images_path(number: int) -> str:
    return f"{MAPS_FOLDER}/images-{number:02d}.png"


def peaks(values: np.ndarray) -> tuple[float, ...]:
    """values: (g, H, W)."""
    return tuple(float(f"{peak:.4g}") for peak in np.abs(np.nan_to_num(values)).max(axis=(1, 2)))


def coloured(values: np.ndarray) -> Image.Image:
    """(g, H, W) → one below the other, in the palette; NaN is white."""
    values = np.nan_to_num(values).astype(np.float64)
    largest = np.abs(values).max(axis=(1, 2), keepdims=True)
    levels = np.rint(LEVELS * np.divide(values, largest, out=np.zeros_like(values), where=largest > 0)) + LEVELS
    image = Image.fromarray(levels.astype(np.uint8).reshape(-1, values.shape[2])).convert("L")
    image.putpalette(_palette())
    return image


def _palette() -> bytes:
    strength = np.abs(np.arange(-LEVELS, LEVELS + 1))[:, None] / LEVELS
    ends = np.where(np.arange(-LEVELS, LEVELS + 1)[:, None] > 0, RED, BLUE)
    return np.rint(255 + strength * (ends - 255)).astype(np.uint8).tobytes()


def _photos(images: np.ndarray) -> Image.Image:
    """(g, C, H, W) uint8 → one below the other."""
    grey = images.shape[1] == 1
    pixels = images[:, 0] if grey else images[:, :3].transpose(0, 2, 3, 1)
    return Image.fromarray(np.ascontiguousarray(pixels.reshape(-1, *pixels.shape[2:])))


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def choices(gallery: Gallery) -> dict[str, list[tuple[str, str]]]:
    """What a reader can choose, each by its options' values and texts; nothing that has but one option."""
    options = {
        "data set": [(title, title) for title in gallery.images],
        **{
            part: [(str(own), str(own)) for own in dict.fromkeys(getattr(maps, part) for maps in gallery.maps)]
            for part in ("model", "attribution", "seed")
        },
        "image": [("all", "all"), *((str(n), str(n)) for n in range(1, 1 + max(map(len, gallery.labels.values()))))],
    }
    return {title: shown for title, shown in options.items() if len(shown) > 1}


def scale() -> Mapping[str, int]:
    """What a script needs to tell a value from a colour: green of the strongest red, red of the strongest blue."""
    return {"red": RED[1], "blue": BLUE[0]}
