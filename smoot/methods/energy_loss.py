"""energy_loss: positive attribution lies on the object (Rao, Böhle, Parchami-Araghi, Schiele, ICCV 2023).

Minimises CE(f(x), y) + λ · (1 − EPG), the mean over images of both. An image's attribution is x · ∂f_y/∂x, summed over
channels; its EPG, the energy-based pointing game (Wang et al., CVPR Workshops 2020), is the positive attribution on the
object over all positive attribution. x is normalised. About 6 F a step, as the backward pass goes through a backward
pass. It is told in training what the metrics of localisation ask for afterwards; the data have to know where the
objects are.

Where an EPG is undefined, as nothing is attributed positively (less than 1e-7) or the image shows no object, the image
adds 0 to the penalty. The authors' code adds 1 less the attribution on the object there. It sums the penalty over the
batch's images while it averages its loss, the binary cross-entropy of all images and classes: in a batch of B its λ is
as strong as B · λ here. It takes one class of those that an image shows, and can take attributions of inner layers,
Grad-CAM, and B-cos networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.artifacts.dataset import Region
from smoot.core.lazy import torch
from smoot.methods._input_gradient import penalised_step
from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult

if TYPE_CHECKING:
    from torch import Tensor, nn


LEAST = 1e-7
"""The least sum of positive attribution of which a share is taken, as in the authors' code."""


class Params(MethodParams):
    weight: float = Field(1.0, ge=0)
    """λ, the weight of the penalty. 0 is plain training."""


class Method(method.Method):
    params: Params
    needs_masks = True

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        assert batch.masks is not None
        labels, images, objects = batch.labels[:, None], batch.images, batch.masks == Region.OBJECT

        def penalty(gradient: Tensor) -> Tensor:
            return energy_outside((images * gradient).sum(1, keepdim=True), objects)

        return penalised_step(
            model,
            batch,
            self.context,
            self.params.weight,
            lambda logits, ce: logits.gather(1, labels)[:, 0],
            penalty=penalty,
        )


def energy_outside(attribution: Tensor, objects: Tensor) -> Tensor:
    """(b,), 1 − EPG of each attribution, from 0 to 1; 0 where it is undefined.

    attribution: (b, 1, H, W). objects: (b, 1, H, W) bool.
    """
    positive = attribution.clamp(min=0)
    whole = positive.sum((1, 2, 3))
    defined = (whole > LEAST) & objects.any(3).any(2).any(1)
    share = (positive * objects).sum((1, 2, 3)) / torch.where(defined, whole, 1)
    return torch.where(defined, 1 - share, 0)
