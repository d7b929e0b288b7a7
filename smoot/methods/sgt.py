"""sgt: Saliency Guided Training (Ismail, Corrada Bravo, Feizi, NeurIPS 2021, Algorithm 1).

Minimises CE(f(x), y) + λ · KL(p(x) ‖ p(x~)), where x~ is x with the fraction k of its pixels that has the lowest
saliency ∂ log p_y / ∂x replaced.
"""

import torch
from torch import nn

from smoot.training import method
from smoot.training.step import Batch, Step, masked_step


class Params(method.MaskedParams):
    pass


class Method(method.Method):
    def __init__(self, params: Params, task: method.Task) -> None:
        super().__init__(params, task)
        self.masking = task.masking.override(params.masking)
        self.fill = task.generator("fill")
        self.k = round(params.k * task.pixels)

    def step(self, model: nn.Module, batch: Batch) -> Step:
        rows = torch.arange(len(batch), device=batch.labels.device)
        pixels = torch.full_like(rows, self.k)
        weight, autocast = self.params.weight, self.task.autocast
        return masked_step(model, batch, rows, pixels, weight, self.masking, self.fill, autocast)

    def record(self) -> dict[str, float]:
        return {"masked_images": 1.0, "masked_pixels": self.k / self.task.pixels}

    def state(self) -> dict[str, torch.Tensor]:
        return {"fill": self.fill.get_state()}

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        self.fill.set_state(state["fill"])
