"""Attribution maps of a user's model and images."""

from typing import Any

import numpy as np
import torch
from torch import nn

from smoot.api._inputs import AnyArray, entry_of, images_of, labels_of, logits_shape
from smoot.api._process import borrowed
from smoot.core.errors import SmootError
from smoot.scoring.explainer import Explainer
from smoot.scoring.metric import NotApplicableError


def attribute(
    model: nn.Module, images: AnyArray, targets: AnyArray, attribution: str = "gradient", **options: Any
) -> np.ndarray:
    """Says how much each pixel of each image speaks for a class.

    The maps are those of the score stage. The model is put in eval mode for the call. Afterwards it is as it was, and
    so are the random streams of Python, NumPy and torch.

    Args:
        model: Maps images (n, channels, height, width) to logits (n, classes). Its weights are float32, on any device.
        images: (n, channels, height, width) floats, an array or a tensor, normalised as the model takes them. Value 0
            is what some attributions compare with, as in `integrated_gradients`: the mean colour, if the images are
            normalised by their mean.
        targets: (n,) whole numbers, the class of each image that is explained, from 0 to classes − 1.
        attribution: One of those that `smoot list attributions` lists, with their papers.
        **options: Of the attribution, such as `steps` of `integrated_gradients`. Those in normalised pixels, such as
            `noise` of `gradient_shap`, are in the units of the images.

    Returns:
        (n, height, width) float32, the sum over the channels. Whether it has a sign depends on the attribution.

    Raises:
        SmootError: Images, targets, or the model's logits have the wrong shape, type or range; the attribution or one
            of its options does not exist; or the attribution does not apply to such a model.

    Examples:
        >>> import torch
        >>> from smoot import attribute
        >>> _ = torch.manual_seed(0)
        >>> model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3))
        >>> images, targets = torch.randn(5, 1, 8, 8), torch.tensor([0, 1, 2, 0, 1])
        >>> maps = attribute(model, images, targets, "integrated_gradients", steps=20)
        >>> maps.shape
        (5, 8, 8)

        The same with captum alone:

        >>> from captum.attr import IntegratedGradients
        >>> theirs = IntegratedGradients(model.eval()).attribute(images, target=targets, n_steps=20)
        >>> torch.allclose(torch.from_numpy(maps), theirs.sum(1).float(), atol=1e-6)
        True
    """
    entry, array = entry_of("attributions", attribution, options), images_of(images)
    with borrowed(model) as device:
        classes = logits_shape(model, torch.from_numpy(array[:2]).to(device))
        labels = labels_of("targets", targets, len(array), classes)
        try:
            maps = Explainer(entry.load(), entry.params(), device)(model, array, labels)
        except NotApplicableError as reason:
            raise SmootError(f"{attribution}: does not apply: {reason}") from reason
    return maps[:, 0]
