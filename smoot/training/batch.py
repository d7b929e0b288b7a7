"""What a training step is given, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """This process's b images of the B that all processes together take a step on. With one process b is B."""

    images: Tensor
    """(b, C, H, W) normalised floats."""
    labels: Tensor
    """(b,) int64."""
    index: Tensor
    """(b,) int64, their places in the training split."""
    whole_index: Tensor
    """(B,) int64, those of all processes' images: the same in every process."""
    number: int = 0
    """The step's place in the run, from 0."""
    start: int = 0
    """The place in the whole batch of the first of these images."""
    masks: Tensor | None = None
    """(b, 1, H, W) uint8, the `Region` of every pixel, moved as the images are by augmentation; only for a method that
    needs them."""

    def __len__(self) -> int:
        """b."""
        return len(self.labels)

    @property
    def size(self) -> int:
        """B."""
        return len(self.whole_index)


@dataclass(frozen=True)
class StepResult:
    """What a training step has found on the whole batch, the same in every process. All tensors are detached."""

    loss: Tensor
    """(), the loss minimised."""
    ce: Tensor
    """(B,), CE of the clean images, without label smoothing; of a method that sees no clean ones, of those it sees."""
    correct: Tensor
    """(B,) bool, of the same images as `ce`."""
    rise: Tensor
    """(B,), how much masking has raised an image's CE; NaN where the image was not masked."""
