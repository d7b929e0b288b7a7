"""Images as Quantus sees them where a feature is a pixel: it would take the channels of a pixel for several features.

So it is handed masks in the place of images, and a model that puts the images back. A removed pixel becomes the mean
colour of its image, as it was before anything was removed.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from smoot.metrics._quantus_call import per_image
from smoot.scoring.cache import ArrayCache
from smoot.scoring.metric import Subject


def remove(arr: np.ndarray, indices: np.ndarray, **_: Any) -> np.ndarray:
    """A copy of masks (n, H · W) without the pixels at `indices`, (n, k)."""
    masks = arr.copy()
    np.put_along_axis(masks, indices, -np.abs(arr[:, :1]), axis=1)
    return masks


def over_pixels(name: str, subject: Subject, softmax: bool, same_masks: bool = False, **options: Any) -> np.ndarray:
    """(n,) scores as from `per_image`, of a Quantus metric that removes pixels by their indices.

    same_masks: whether the removed pixels do not depend on the maps, so that all attributions share the model's passes.
    """
    # Here, as it takes seconds that a reader of a metric's INFO should not pay.
    from smoot.metrics._pixel_masks import Masked

    masks = np.empty(subject.maps.shape, np.float32)
    masks[:] = np.arange(1, len(subject) + 1).reshape(-1, 1, 1, 1)
    memo = subject.once("logits of masks", ArrayCache) if same_masks else None
    model = Masked(subject.model, subject.images, subject.device, memo).eval()
    return per_image(name, replace(subject, images=masks, model=model), softmax, perturb_func=remove, **options)
