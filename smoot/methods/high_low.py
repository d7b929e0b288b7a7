"""high_low: High and Low Gradient Masking, HLGM (Karkehabadi, Homayoun, Sasan, IEEE ICIST 2024).

A documented reconstruction: by its abstract, training without masks comes first, and then a phase that alternates
between masking high and low gradients; we could read no more. Here the fraction `plain` of the epochs is the
baseline's; the steps after it are SGT's, and mask by turns the fraction k of the pixels that ranks lowest and highest.
3 F a step, then 6 to 8 F by `masking.saliency`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smoot.core.lazy import torch
from smoot.core.params_file import Fraction
from smoot.methods._masked import MaskedMethod, masked_step
from smoot.training.method import Batch, Context, MaskedParams, StepResult, plain_step

if TYPE_CHECKING:
    from torch import nn


class Params(MaskedParams):
    plain: Fraction = 0.5
    """The fraction of the epochs, the first ones, that train plainly and mask nothing."""


class Method(MaskedMethod):
    note = "A reconstruction: what we could read of its paper is the abstract."

    def __init__(self, params: Params, context: Context) -> None:
        super().__init__(params, context)
        self.first = round(params.plain * context.epochs) * context.epoch_steps
        self.masks = False

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        self.masks = batch.number >= self.first
        if not self.masks:
            return plain_step(model, batch, self.context)
        chosen, pixels = self.choose(batch), torch.full_like(batch.index, self.k)
        highest = (batch.number - self.first) % 2 == 1
        return masked_step(model, batch, chosen, pixels, self.params.weight, self.context, highest)

    def record(self) -> dict[str, float]:
        return super().record() | {"masked_images": float(self.masks)}

    def state(self) -> dict[str, Any]:
        return {"masks": self.masks}

    def restore(self, state: dict[str, Any]) -> None:
        self.masks = state["masks"]
