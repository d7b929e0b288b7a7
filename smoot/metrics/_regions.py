"""Calling Quantus's metrics of localisation, for the object or for what should not matter."""

from typing import Any

import numpy as np

from smoot.artifacts.dataset import Region
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import NotApplicableError, Subject

REGION_NAMES = {Region.OBJECT: "object masks", Region.DISTRACTOR: "distractors", Region.SHORTCUT: "shortcut"}


def localise(name: str, subject: Subject, region: Region, **options: Any) -> np.ndarray:
    """(n,) scores of the Quantus metric `name` by absolute attribution and `region`; NaN where an image has none of it.

    options: more of the metric's arguments. Raises NotApplicableError where no image has any.
    """
    masks = subject.masks == region
    scores, has_region = np.full(len(subject), np.nan), masks.any((1, 2, 3))
    if not has_region.any():
        raise NotApplicableError(f"the data set has no {REGION_NAMES[region]}")
    options = {"softmax": False, "abs": True} | options
    scores[has_region] = per_image(name, subject.take(has_region), masks=masks[has_region], **options)
    return scores
