"""shortcut_reliance: how much accuracy is lost when the shortcut's mark moves from the true class's place to another's?

A property of the model, whatever the maps say: what an attribution on the mark can be held against.
"""

import numpy as np

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, NotApplicableError, Scores, Subject

INFO = MetricInfo(
    title="Shortcut reliance",
    category="performance",
    higher_is_better=False,
    citation="after Geirhos et al., Nature Machine Intelligence 2020",
    link="https://arxiv.org/abs/2004.07780",
    meaning="How much accuracy is lost when the shortcut's mark speaks for a wrong class instead of the true one.",
    formula="c(y) − c(k); c(m) = 1 if argmax f(x with the mark at the place of class m) = y, else 0; k ≠ y is drawn "
    "at random",
    limits=(-1, 1),
    deviations="The paper describes shortcuts and has no such number: it is this project's. The mark and what was "
    "at its new place are exchanged. It is of the model, whatever the map, and of all images, also those that the "
    "model gets wrong.",
    correct_only=False,
    of_model=True,
    cost="2 F",
)
KNOWN_ANSWER = KnownAnswer(0, maps="random", model="constant")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """-1, 0 or 1: right with the mark at the true class's slot, less right with it at another's. NaN without a mark."""
    if subject.slots is None:
        raise NotApplicableError("the data set has no shortcut")
    held = marked(subject.masks, subject.slots)
    other = np.random.default_rng(subject.seed).integers(subject.classes - 1, size=len(subject))
    other += other >= subject.labels
    right = [
        subject.predict(moved(subject.images, held, slots, subject.slots)).argmax(1) == subject.labels
        for slots in (subject.labels, other)
    ]
    return Scores(np.where(held < 0, np.nan, right[0].astype(float) - right[1]))


def marked(masks: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """(n,) ints: the slot that each image's mark fills, or -1. masks: (n, 1, H, W) of `Region`."""
    held = np.full(len(masks), -1)
    for slot, (top, left, height, width) in enumerate(slots):
        held[(masks[:, 0, top : top + height, left : left + width] == Region.SHORTCUT).all((1, 2))] = slot
    return held


def moved(images: np.ndarray, held: np.ndarray, wanted: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """A copy of images (n, C, H, W) in which the slots `held` and `wanted`, (n,) ints, have each other's content.

    Where `held` is -1 the image stays as it is.
    """
    result = images.copy()
    for row in np.flatnonzero(held >= 0):
        source, target = (
            np.s_[row, :, top : top + height, left : left + width]
            for top, left, height, width in (slots[held[row]], slots[wanted[row]])
        )
        result[target], result[source] = images[source], images[target]
    return result
