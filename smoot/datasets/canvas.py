"""Objects of another data set on a textured canvas, among fragments of others: where evidence is, and is not, is known.

The last classes of the other data set are kept for the fragments, so they are never a label; which fragments an image
has, and where, does not depend on its label. A shortcut, if there is one, is a mark on the border whose place agrees
with the label in training and validation, and with nothing in the test.
"""

from itertools import count
from typing import Any

import numpy as np
from pydantic import Field, ValidationError, field_validator, model_validator

from smoot.artifacts.dataset import Split
from smoot.core import components
from smoot.core.errors import SmootError
from smoot.core.params_file import Fraction
from smoot.core.seeding import derive
from smoot.data.contract import Dataset, DatasetCard, DatasetParams, Source
from smoot.data.load_entry import load_entry
from smoot.data.write import check_arrays
from smoot.datasets import _shortcut_mark
from smoot.datasets._composition import Form, compose, picks, random_numbers

CARD = DatasetCard(
    title="Objects on a canvas",
    source="composed of another data set",
    licence="its base's",
    size="its base's, 48×48",
    classes="its base's less 3",
    masks="object, distractors, shortcut",
)


class Params(DatasetParams):
    base: dict[str, Any] = Field(examples=[{"dataset": "mnist5k"}])
    """The data set that objects come from: `{dataset: NAME}` and its own parameters."""
    side: int = Field(48, ge=8)
    """The side of the square canvas, in pixels; larger than the base's images."""
    distractors: int = Field(3, ge=0)
    """Fragments of other objects in each image. They are drawn without regard to the label."""
    distractor_classes: int = Field(3, ge=0)
    """How many classes of the base, the last ones, fragments are cut from. They are no classes of the canvas."""
    shortcut: bool = False
    """Whether a mark on the border tells the class in training."""
    shortcut_agreement: Fraction = 1.0
    """How often the mark agrees with the class in training. In the test it says nothing."""

    @field_validator("base")
    @classmethod
    def _names_another(cls, base: dict[str, Any]) -> dict[str, Any]:
        if "dataset" not in base:
            raise ValueError(f"dataset: missing; allowed: {', '.join(components.names('datasets'))}")
        entry = _base(base)
        name = entry.component
        if name == "canvas":
            raise ValueError("dataset: canvas: a canvas is not made from a canvas")
        try:
            entry.params()
        except LookupError as error:
            raise ValueError(f"dataset: {name}: {error}") from None
        except ValidationError as error:
            wrong = [".".join(map(str, problem["loc"])) + f": {problem['msg']}" for problem in error.errors()]
            raise ValueError(f"{name}: " + "; ".join(wrong)) from None
        return base

    @model_validator(mode="after")
    def _has_fragments(self) -> "Params":
        if self.distractors and not self.distractor_classes:
            raise ValueError("distractor_classes: 0: distractors are cut from classes of their own; allowed: 1 or more")
        return self


def load(params: Params) -> Dataset:
    """Raises SmootError where the base has too few classes, or `side` too few pixels, for what is asked."""
    entry = _base(params.base)
    name, card = entry.component, entry.load().CARD
    base = load_entry(entry, where="canvas: base")
    check_arrays(base, f"canvas: base: {name}")
    classes = base.classes[: max(0, len(base.classes) - params.distractor_classes)]
    if len(classes) < 2:
        raise SmootError(
            f"canvas: distractor_classes: {params.distractor_classes}: {name} has {len(base.classes)} classes, of "
            f"which 2 must be left; allowed: at most {len(base.classes) - 2}"
        )
    form = _form(params.side, base.splits["train"].shape, params.distractors)
    slots = _shortcut_mark.slots(form.side, form.frame, len(classes)) if params.shortcut else None
    agreement = {"train": params.shortcut_agreement, "val": params.shortcut_agreement, "test": 0.0}
    splits = {
        split: canvas(source, len(classes), form, (params.seed, split), slots, agreement[split])
        for split, source in base.splits.items()
    }
    return Dataset(classes, splits, slots, source=f"composed of {card.title}: {card.source}", licence=card.licence)


def where() -> str:
    return "made from another data set"


def _base(base: dict[str, Any]) -> components.Entry:
    return components.resolve("datasets", key="", entry=base)


def _form(side: int, shape: tuple[int, int, int], distractors: int) -> Form:
    form, needed = Form(side, *shape, distractors), max(shape[1:])
    if form.inner < needed:
        fits = next(larger for larger in count(side) if Form(larger, *shape, distractors).inner >= needed)
        raise SmootError(
            f"canvas: side: {side}: no room for images of {shape[1]}×{shape[2]} pixels within the frame of "
            f"{form.frame}; allowed: at least {fits}"
        )
    return form


def canvas(
    base: Source, classes: int, form: Form, stream: tuple[int, str], slots: np.ndarray | None, agreement: float
) -> Source:
    """The images of `base` with a label below `classes`, each on a canvas; fragments are of the other images.

    stream: the seed and the split's name; with an image's place they seed all that is random in it. slots: of the
    marks, (classes, 4), or None for no marks. agreement: how often a mark is bound to the label.
    """
    rows, pool = np.flatnonzero(base.labels < classes), np.flatnonzero(base.labels >= classes)
    labels, seed = base.labels[rows], derive(*stream)

    def read(places: np.ndarray) -> Split:
        randomness = random_numbers([(seed, int(row)) for row in places], form)
        shown = base.read(rows[places])
        cut = pool[picks(randomness, len(pool)).ravel()]
        others = base.read(cut) if len(cut) else shown.take(cut)
        images, masks = compose(form, randomness, shown, others)
        if slots is not None:
            marked = _shortcut_mark.chosen(labels[places], randomness.mark, agreement, classes)
            _shortcut_mark.mark(images, masks, slots[marked])
        return Split(images, labels[places], masks)

    return Source(labels, (form.channels, form.side, form.side), True, read)
