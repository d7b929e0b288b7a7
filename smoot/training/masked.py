"""What SGT and its variants share."""

import torch
from torch import Tensor, nn

from smoot.training import method
from smoot.training.context import Context
from smoot.training.method import MaskedParams
from smoot.training.step import Batch, Step, masked_step, plain_step


class Method(method.Method):
    """Masks the fraction k of the pixels of every image; a subclass may choose the images."""

    def __init__(self, params: MaskedParams, context: Context) -> None:
        super().__init__(params, context)
        self.masking = context.masking.override(params.masking)
        self.k = round(params.k * context.pixels)

    def choose(self, batch: Batch) -> Tensor:
        """(n,) places in the batch, ascending: the images to mask. Never one alone: BatchNorm needs two."""
        return torch.arange(len(batch))

    def step(self, model: nn.Module, batch: Batch) -> Step:
        rows = self.choose(batch)
        if not len(rows):
            return plain_step(model, batch, self.context)
        pixels = batch.index.new_full((len(rows),), self.k)
        return masked_step(model, batch, rows, pixels, self.params.weight, self.masking, self.context)

    def record(self) -> dict[str, float]:
        return {"masked_images": 1.0, "masked_pixels": self.k / self.context.pixels}


def drawn(count: int, batch: Batch, context: Context) -> Tensor:
    """(count,) places in the batch, ascending, uniformly without replacement."""
    order = torch.randperm(len(batch), generator=context.generator("selection", batch.number))
    return order[:count].sort().values
