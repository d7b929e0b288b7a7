"""edges: a null control. The magnitude of the image's Sobel gradient, whatever the model and the class.

A map that only finds outlines looks like an explanation, and passes some of its tests (Adebayo et al., NeurIPS 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smoot.core.lazy import torch
from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


NULL = True


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """(N, 1, H, W), at least 0: the mean over channels of √(∂ᵥ² + ∂ₕ²), the pixels at the border repeated outwards."""
    from scipy.ndimage import correlate1d

    pixels = images.detach().cpu().double().numpy()
    # scipy's own sobel would smooth over the images of the batch and over their channels as well.
    down, across = (
        correlate1d(correlate1d(pixels, [-1, 0, 1], axis, mode="nearest"), [1, 2, 1], other, mode="nearest")
        for axis, other in ((2, 3), (3, 2))
    )
    return torch.from_numpy(np.hypot(down, across).mean(1, keepdims=True)).to(images)
