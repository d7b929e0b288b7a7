"""Images that are the same, byte for byte, in two splits or two classes of a data set."""

from collections import Counter
from hashlib import blake2b

import numpy as np

from smoot.artifacts.dataset import Split


class Twins:
    """Counts them, of images that come in chunks. It keeps 16 bytes of each."""

    def __init__(self) -> None:
        self._places: dict[bytes, list[tuple[str, int, int]]] = {}
        self._rows: Counter[str] = Counter()

    def add(self, split: str, part: Split) -> None:
        """part: the next images of the split."""
        for image, label in zip(part.images, part.labels.tolist(), strict=True):
            digest = blake2b(np.ascontiguousarray(image).data, digest_size=16).digest()
            self._places.setdefault(digest, []).append((split, label, self._rows[split]))
            self._rows[split] += 1

    def across_splits(self) -> list[tuple[str, ...]]:
        """The places of each image that is in more than one split, such as ("train 3", "test 0")."""
        return self._apart(0)

    def across_classes(self) -> list[tuple[str, ...]]:
        """The places, as in `across_splits`, of each image that has more than one label."""
        return self._apart(1)

    def _apart(self, axis: int) -> list[tuple[str, ...]]:
        found = (places for places in self._places.values() if len({place[axis] for place in places}) > 1)
        return [tuple(f"{split} {row}" for split, _, row in places) for places in found]


def said(twins: Twins) -> list[str]:
    """A line for each kind that there is, with the first of them."""
    lines = []
    for kind, found in (("split", twins.across_splits()), ("class", twins.across_classes())):
        if found:
            images = "1 image is" if len(found) == 1 else f"{len(found)} images are"
            lines.append(f"{images} in more than one {kind}, byte for byte: the first as {' and '.join(found[0][:3])}")
    return lines
