"""occlusion: how far f_y falls as a square of the image is covered (Zeiler, Fergus, ECCV 2014)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from smoot.core.params_file import Block
from smoot.scoring.metric import NotApplicableError

if TYPE_CHECKING:
    from torch import Tensor, nn


PASS = 512  # images in a forward pass


class Params(Block):
    window: int = Field(5, ge=1)
    """The side of the square that covers a part of the image, in pixels."""
    stride: int = Field(3, ge=1)
    """Pixels from one square to the next, at most `window`. A smaller one is finer, and costs more passes."""

    @model_validator(mode="after")
    def _covers_every_pixel(self) -> Self:
        if self.stride > self.window:
            raise ValueError(f"stride: {self.stride}: should be at most window, {self.window}")
        return self


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """(N, 1, H, W), signed: the mean over the squares that cover a pixel, of the mean colour.

    Raises NotApplicableError where the square is larger than the images.
    """
    from captum.attr import Occlusion

    channels, *size = images.shape[1:]
    if params.window > min(size):
        raise NotApplicableError(
            f"occlusion: window {params.window} is larger than images of {size[0]}×{size[1]} pixels"
        )
    maps = Occlusion(model).attribute(
        images,
        sliding_window_shapes=(channels, params.window, params.window),
        strides=(channels, params.stride, params.stride),
        target=labels,
        perturbations_per_eval=max(1, PASS // len(images)),
    )
    return maps[:, :1]
