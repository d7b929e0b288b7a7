"""What SGT and its variants share."""

import torch
from torch import Tensor, nn

from smoot.training import method
from smoot.training.method import MaskedParams
from smoot.training.step import Batch, Step, masked_step, plain_step
from smoot.training.task import Task


class Method(method.Method):
    """Masks the fraction k of the pixels of every image; a subclass may choose the images."""

    def __init__(self, params: MaskedParams, task: Task) -> None:
        super().__init__(params, task)
        self.masking = task.masking.override(params.masking)
        self.k = round(params.k * task.pixels)

    def choose(self, batch: Batch) -> Tensor:
        """(n,) places in the batch, ascending: the images to mask. Never one alone: BatchNorm needs two."""
        return torch.arange(len(batch))

    def step(self, model: nn.Module, batch: Batch) -> Step:
        rows = self.choose(batch)
        if not len(rows):
            return plain_step(model, batch, self.task)
        pixels = batch.index.new_full((len(rows),), self.k)
        return masked_step(model, batch, rows, pixels, self.params.weight, self.masking, self.task)

    def record(self) -> dict[str, float]:
        return {"masked_images": 1.0, "masked_pixels": self.k / self.task.pixels}


def drawn(count: int, batch: Batch, task: Task) -> Tensor:
    """(count,) places in the batch, ascending, uniformly without replacement."""
    order = torch.randperm(len(batch), generator=task.generator("selection", batch.number))
    return order[:count].sort().values
