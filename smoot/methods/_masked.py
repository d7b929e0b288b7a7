"""What SGT and its variants share: the training step with the saliency-guided penalty, and which images it is for.

Notation: x one image, y its class, f(x) class logits, p = softmax f, CE cross-entropy, KL Kullback-Leibler divergence,
b images in a batch, of C channels and H × W pixels each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.masking import lowest, rank_by, replace
from smoot.training.method import Batch, Context, MaskedParams, Method, StepResult, plain_step, undisturbed
from smoot.training.parallel import Subset

if TYPE_CHECKING:
    from torch import Tensor, nn


def masked_step(
    model: nn.Module,
    batch: Batch,
    chosen: Tensor,
    pixels: Tensor,
    weight: float,
    context: Context,
    highest: bool = False,
) -> StepResult:
    """Minimises mean CE + weight · mean over the chosen images of KL(p(x) ‖ p(x~)), SGT's Algorithm 1 on a part.

    x~ is x with its `pixels` lowest-ranked pixels replaced, or its highest. chosen: (n,) int64 places in the whole
    batch, ascending, on the CPU, n ≥ 2 (BatchNorm fails on one image). pixels: (b,) int64, how many an image loses
    where it is chosen, from 0 to H · W.
    """
    from torch.nn.functional import cross_entropy, kl_div, log_softmax

    masking = context.masking
    masked = Subset(chosen, batch, context, "mask")
    images, labels = batch.images.detach().requires_grad_(masking.saliency != "separate"), batch.labels

    if masking.saliency == "separate":
        with undisturbed(model):
            explained = images[masked.rows].requires_grad_()
            saliency = _gradient(context.logits(model, explained), labels[masked.rows], masking.target, explained)

    logits = context.logits(model, images)
    loss, ce = context.objective(logits, labels)
    clean = log_softmax(logits, 1)[masked.rows]

    if masking.saliency == "shared":
        saliency = _gradient(logits, labels, masking.target, images, retain_graph=True)[masked.rows]
    elif masking.saliency == "fused":
        # The backward pass that the weights need anyway: ∂ mean CE / ∂x is −∂ log p_y / ∂x up to the factor b.
        loss.backward()
        assert images.grad is not None
        saliency, clean = -images.grad[masked.rows], clean.detach()

    ranked = rank_by(saliency.mean(1), masking.ranking, masked.uniform)
    hidden = lowest(-ranked if highest else ranked, pixels[masked.rows])
    masked_images = replace(batch.images[masked.rows], hidden, masking.fill, masked.uniform)
    masked_logits = context.logits(model, masked_images)
    divergence = kl_div(log_softmax(masked_logits, 1), clean, reduction="none", log_target=True).sum(1)
    penalty = masked.mean(divergence, weight)
    (penalty if masking.saliency == "fused" else loss + penalty).backward()

    with torch.no_grad():
        masked_ce = cross_entropy(masked_logits, labels[masked.rows], reduction="none")
        rise = masked.spread(masked_ce - ce[masked.rows], batch)
    return context.result(batch, loss + penalty, logits, ce, rise)


def _gradient(logits: Tensor, labels: Tensor, target: str, images: Tensor, retain_graph: bool = False) -> Tensor:
    """(b, C, H, W): of log p_y or f_y of each image, by its pixels."""
    from torch.nn.functional import log_softmax

    scores = log_softmax(logits, 1) if target == "log_prob" else logits
    explained = scores.gather(1, labels[:, None]).sum()
    return torch.autograd.grad(explained, images, retain_graph=retain_graph)[0]


def drawn(count: int, batch: Batch, context: Context) -> Tensor:
    """(count,) places in the whole batch, ascending, uniformly without replacement; on the CPU."""
    order = torch.randperm(batch.size, generator=context.generator("selection", batch.number, "cpu"))
    return order[:count].sort().values


class MaskedMethod(Method):
    """Masks the fraction k of the pixels of every image; a subclass may choose the images."""

    def __init__(self, params: MaskedParams, context: Context) -> None:
        super().__init__(params, context)
        self.params: MaskedParams = params
        self.k = round(params.k * context.pixels)

    def choose(self, batch: Batch) -> Tensor:
        """(n,) places in the whole batch, ascending, on the CPU: the images to mask. Never one alone.

        By a rule that comes to the same in every process.
        """
        return torch.arange(batch.size)

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        chosen = self.choose(batch)
        if not len(chosen):
            return plain_step(model, batch, self.context)
        pixels = torch.full_like(batch.index, self.k)
        return masked_step(model, batch, chosen, pixels, self.params.weight, self.context)

    def record(self) -> dict[str, float]:
        return {"masked_images": 1.0, "masked_pixels": self.k / self.context.pixels}
