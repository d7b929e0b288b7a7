"""gradient_penalty: small gradients by the image (Drucker and LeCun, IEEE Transactions on Neural Networks 1992).

Minimises CE(f(x), y) + λ · ‖∂CE/∂x‖², the mean over images of both. CE in the penalty is each image's own, without
label smoothing; the square is summed over its pixels and channels, as they are normalised: a pixel's 1 is one standard
deviation of the training images. About 6 F a step, as the backward pass goes through a backward pass. For maps: Ross
and Doshi-Velez, AAAI 2018.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.methods._input_gradient import penalised_step
from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult

if TYPE_CHECKING:
    from torch import nn


class Params(MethodParams):
    weight: float = Field(1.0, ge=0)
    """λ, the weight of the penalty. 0 is plain training."""


class Method(method.Method):
    params: Params

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        return penalised_step(model, batch, self.context, self.params.weight, lambda logits, ce: ce)
