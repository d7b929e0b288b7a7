"""sgt: Saliency Guided Training (Ismail, Corrada Bravo, Feizi, NeurIPS 2021, Algorithm 1).

Minimises CE(f(x), y) + λ · KL(p(x) ‖ p(x~)), where x~ is x with the fraction k of its pixels that has the lowest
saliency ∂ log p_y / ∂x replaced. With `masking.saliency: separate` this is the authors' procedure; `fused`, which costs
less, takes the saliency from the training pass, dropout and all, and lets no gradient through p(x).
"""

import torch
from torch import nn

from smoot.training import method
from smoot.training.step import Batch, Step, masked_step
from smoot.training.task import Task


class Params(method.MaskedParams):
    pass


class Method(method.Method):
    def __init__(self, params: Params, task: Task) -> None:
        super().__init__(params, task)
        self.masking = task.masking.override(params.masking)
        self.k = round(params.k * task.pixels)

    def step(self, model: nn.Module, batch: Batch) -> Step:
        rows = torch.arange(len(batch))
        pixels = torch.full_like(batch.index, self.k)
        return masked_step(model, batch, rows, pixels, self.params.weight, self.masking, self.task)

    def record(self) -> dict[str, float]:
        return {"masked_images": 1.0, "masked_pixels": self.k / self.task.pixels}
