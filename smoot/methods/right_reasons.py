"""right_reasons: no gradients where the object is not (Ross, Hughes, Doshi-Velez, IJCAI 2017).

Minimises CE(f(x), y) + λ · Σ (∂ Σ_c log p_c / ∂x)² over the pixels outside the object's mask, the mean over images of
both; x is normalised, and all channels count. Outside are the background, and what distracts from the object or is a
shortcut to the label. About 6 F a step, as the backward pass goes through a backward pass. It is told in training what
the metrics of localisation ask for afterwards; the data have to know where the objects are.

The authors' TensorFlow code takes tf.nn.l2_loss, which halves the sum, as their paper and their code for autograd do
not: the same penalty has twice this λ there. It sums CE and penalty over the batch's images, where both are means here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.artifacts.dataset import Region
from smoot.methods._input_gradient import penalised_step, squared_gradients
from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult

if TYPE_CHECKING:
    from torch import nn


class Params(MethodParams):
    weight: float = Field(0.1, ge=0)
    """λ, the weight of the penalty. 0 is plain training."""


class Method(method.Method):
    params: Params
    needs_masks = True

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        from torch.nn.functional import log_softmax

        assert batch.masks is not None
        outside = batch.masks != Region.OBJECT
        return penalised_step(
            model,
            batch,
            self.context,
            self.params.weight,
            lambda logits, ce: log_softmax(logits, 1).sum(1),
            lambda gradient: squared_gradients(gradient * outside),
        )
