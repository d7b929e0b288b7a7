"""Images that are the same, byte for byte, in two splits or two classes of a data set."""

from collections import Counter
from hashlib import blake2b

import numpy as np

from smoot.artifacts.dataset import Split
from smoot.core.text import MOST_NAMED, count
from smoot.data.contract import Source


class Twins:
    """Finds them, of images that come in chunks. It keeps 16 bytes of each."""

    def __init__(self, splits: dict[str, Source]) -> None:
        self._sources = splits
        self._places: dict[bytes, list[tuple[str, int, int]]] = {}
        self._rows: Counter[str] = Counter()
        self.crossing = False
        """Whether any image is in more than one split, as far as images came: known without a look at all of them."""

    def add(self, split: str, part: Split) -> None:
        """part: the next images of the split."""
        for digest, label in zip(digests(part.images), part.labels.tolist(), strict=True):
            places = self._places.setdefault(digest, [])
            self.crossing |= bool(places) and places[-1][0] != split  # splits come one after the other
            places.append((split, label, self._rows[split]))
            self._rows[split] += 1

    def across_splits(self) -> list[tuple[str, ...]]:
        """The names of each image that is in more than one split, such as ("train 3", "test 0") or its files."""
        return self._apart(0)

    def across_classes(self) -> list[tuple[str, ...]]:
        """The names, as in `across_splits`, of each image that has more than one label."""
        return self._apart(1)

    def _apart(self, axis: int) -> list[tuple[str, ...]]:
        found = (places for places in self._places.values() if len({place[axis] for place in places}) > 1)
        return [tuple(self._sources[split].name(split, row) for split, _, row in places) for places in found]


def digests(images: np.ndarray) -> list[bytes]:
    """16 bytes of each of (n, C, H, W) images."""
    return [blake2b(np.ascontiguousarray(image).data, digest_size=16).digest() for image in images]


def said(twins: Twins) -> list[str]:
    """What there is of each kind, with the names of the first ones."""
    lines = []
    for kind, found in (("split", twins.across_splits()), ("class", twins.across_classes())):
        if found:
            images = count(len(found), "image is", "images are")
            lines.append(f"{images} in more than one {kind}, byte for byte: {named(found)}")
    return lines


def named(found: list[tuple[str, ...]]) -> str:
    """The first images, each by its first names."""
    first = "; ".join(" and ".join(names[:3]) for names in found[:MOST_NAMED])
    return first + (f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else "")
