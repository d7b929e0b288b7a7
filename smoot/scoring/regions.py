"""Attribution by region: how much of it lies on the object, and on what should not matter."""

from typing import Any

import numpy as np

from smoot.data.store import Region
from smoot.scoring.metric import NotApplicableError, Subject
from smoot.scoring.quantus import per_image

NAMES = {Region.OBJECT: "object masks", Region.DISTRACTOR: "distractors", Region.SHORTCUT: "shortcut"}


def localise(name: str, subject: Subject, region: Region, **options: Any) -> np.ndarray:
    """(n,) scores of the Quantus metric `name` by absolute attribution and `region`; NaN where an image has none of it.

    options: more of the metric's arguments. Raises NotApplicableError where no image has any.
    """
    masks = subject.masks == region
    scores, there = np.full(len(subject), np.nan), masks.any((1, 2, 3))
    if not there.any():
        raise NotApplicableError(f"the data set has no {NAMES[region]}")
    options = {"softmax": False, "abs": True} | options
    scores[there] = per_image(name, subject.take(there), masks=masks[there], **options)
    return scores


def shares(masks: np.ndarray) -> dict[str, float]:
    """The fraction of an image that each region covers, by its name: what a random map scores in localisation.

    Means over the images that have the region; regions that no image has are left out. masks: as in a Subject.
    """
    fractions = {region.name.lower(): (masks == region).mean((1, 2, 3)) for region in NAMES}
    return {name: float(by_image[by_image > 0].mean()) for name, by_image in fractions.items() if by_image.any()}
