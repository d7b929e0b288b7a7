"""What a training method may know of a user's run, and the checks of a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from smoot.api._process import device_of
from smoot.core.errors import SmootError
from smoot.training.context import Context


@dataclass(frozen=True)
class TrainingRun(Context):
    """A run of which only so much is known."""

    name: str
    """The method's key."""
    told: Mapping[str, Any] = field(repr=False)

    @property
    def images(self) -> int:
        self._need("train_images", "train_images, how many images the training set has")
        return super().images

    @property
    def epochs(self) -> int:
        self._need("epochs", "epochs, how many the run has")
        return super().epochs

    @property
    def epoch_steps(self) -> int:
        self._need("batch_size", "batch_size, how many images a step has")
        return super().epoch_steps

    @cached_property
    def pixel_range(self) -> tuple[Tensor, Tensor]:
        self._need("mean", "mean and std, which say what values stand for black and white")
        return super().pixel_range

    def _need(self, argument: str, what: str) -> None:
        if self.told[argument] is None:
            raise SmootError(f"{self.name}: needs {what}")


def size_of(model: nn.Module, images: Tensor, labels: Tensor) -> int:
    """How many images the batch has. Raises SmootError where it is none."""
    device = device_of(model)
    for name, given in (("images", images), ("labels", labels)):
        if not torch.is_tensor(given):
            raise SmootError(f"{name}: {type(given).__name__}; should be a tensor")
        if given.device != device:
            raise SmootError(f"{name}: on {given.device}; should be where the model is, on {device}")
    if images.ndim != 4 or len(images) < 2 or not images.is_floating_point():
        raise SmootError(
            f"images: {images.dtype} of shape {tuple(images.shape)}; should be floats (b, channels, height, width), "
            "b at least 2"
        )
    if labels.dtype != torch.int64 or labels.shape != images.shape[:1]:
        raise SmootError(
            f"labels: {labels.dtype} of shape {tuple(labels.shape)}; should be torch.int64 ({len(images)},)"
        )
    return len(images)


def check_index(index: Tensor, size: int, images: int) -> None:
    if index.dtype != torch.int64 or index.shape != (size,) or not 0 <= int(index.min()) <= int(index.max()) < images:
        raise SmootError(
            f"index: {index.dtype} of shape {tuple(index.shape)}; should be torch.int64 ({size},), "
            f"from 0 to {images - 1}"
        )
