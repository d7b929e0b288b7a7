"""Masking: which pixels of an image are hidden, given their saliency, and what stands in their place.

Images have C channels and H × W pixels; a pixel is hidden in all channels at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import model_validator

from smoot.core.lazy import torch
from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor


Ranking = Literal["signed", "absolute", "random"]
Target = Literal["log_prob", "logit"]
Fill = Literal["uniform", "image_min", "channel_mean"]
Saliency = Literal["separate", "shared", "fused"]

Uniform = Callable[["Tensor"], "Tensor"]
"""Gives random numbers between 0 and 1, of the shape and kind of its argument."""


class Masking(Block):
    """The `masking` block: what the field does not agree on, the same for all methods of a grid."""

    ranking: Ranking = "signed"
    """What pixels are ranked by: the signed saliency (the SGT authors' code), its absolute value, or at random (a
    control)."""
    target: Target = "log_prob"
    """What the saliency is the gradient of: log p_y, or the logit f_y."""
    fill: Fill = "uniform"
    """What a masked pixel becomes: drawn uniformly between the image's own extremes in that channel, the image's
    minimum in that channel, or its mean."""
    saliency: Saliency = "fused"
    """The pass that the saliency comes from. `separate` is an extra pass in eval mode, the SGT authors' procedure, and
    a step costs 8 forward passes. `shared` takes it from the clean training pass (7). `fused` takes it from the
    backward pass of CE itself (6), and detaches the KL's clean side; it needs `log_prob`, and training without label
    smoothing."""

    @model_validator(mode="after")
    def _fused_explains_log_prob(self) -> Self:
        if self.saliency == "fused" and self.target == "logit":
            raise ValueError("saliency: fused has no gradient of target: logit; allowed with it: separate, shared")
        return self

    def override(self, options: MaskingOverride) -> Masking:
        """These options, but for those in `options`."""
        return Masking.model_validate(self.model_dump() | options.model_dump(exclude_none=True))


class MaskingOverride(Block):
    """The options in which a method differs from the `masking` block."""

    ranking: Ranking | None = None
    """The ranking, in the place of `masking.ranking`."""
    target: Target | None = None
    """The target, in the place of `masking.target`."""
    fill: Fill | None = None
    """The fill, in the place of `masking.fill`."""
    saliency: Saliency | None = None
    """The pass, in the place of `masking.saliency`."""


def rank_by(saliency: Tensor, ranking: str, uniform: Uniform) -> Tensor:
    """What pixels are ranked by, lowest first: (n, H, W) from the channel mean of the saliency, (n, H, W)."""
    if ranking == "absolute":
        return saliency.abs()
    return uniform(saliency) if ranking == "random" else saliency


def lowest(values: Tensor, pixels: Tensor) -> Tensor:
    """(n, H, W) bool, true at the pixels[i] lowest of values[i]. Of equal values the first in row order is lower."""
    flat, pixels = values.flatten(1), pixels[:, None]
    last = _sorted(flat).gather(1, (pixels - 1).clamp(min=0))
    lower, equal = flat < last, flat == last
    hidden = lower | (equal & (equal.cumsum(1) <= pixels - lower.sum(1, keepdim=True)))
    return hidden.view_as(values)


def _sorted(values: Tensor) -> Tensor:
    """Each row in ascending order. On the CPU NumPy's is the faster: it sorts with vector instructions."""
    if values.device.type == "cpu":
        return torch.from_numpy(np.sort(values.numpy(), axis=1))
    return values.sort(dim=1).values


def replace(images: Tensor, hidden: Tensor, fill: str, uniform: Uniform) -> Tensor:
    """(n, C, H, W) images with the pixels of `hidden`, (n, H, W) bool, replaced in all channels."""
    if fill == "image_min":
        substitute = images.amin((2, 3), keepdim=True)
    elif fill == "channel_mean":
        substitute = images.mean((2, 3), keepdim=True)
    else:
        low, high = images.amin((2, 3), keepdim=True), images.amax((2, 3), keepdim=True)
        substitute = low + (high - low) * uniform(images)
    return torch.where(hidden[:, None], substitute, images)
