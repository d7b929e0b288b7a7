"""The training step: plain, or with the saliency-guided penalty, on the budgets that a method decides.

Notation: x one image, y its class, f(x) class logits, p = softmax f, CE cross-entropy, KL Kullback-Leibler divergence,
B images in a batch, of C channels and H × W pixels each.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, kl_div, log_softmax

from smoot.masking import Masking, lowest, rank_by, replace


@dataclass(frozen=True)
class Batch:
    """images: (B, C, H, W) normalised floats. labels: (B,) int64. index: (B,) int64, places in the training split."""

    images: Tensor
    labels: Tensor
    index: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Step:
    """What a training step has found; its gradients are in the parameters' `.grad`. All tensors are detached.

    loss: (), the loss minimised. ce: (B,), CE of the clean images. correct: (B,) bool. masked_ce: (n,), CE of the
    masked images, in the order of the rows that were masked; empty where none was.
    """

    loss: Tensor
    ce: Tensor
    correct: Tensor
    masked_ce: Tensor


def plain_step(model: nn.Module, batch: Batch, autocast: Callable[[], AbstractContextManager]) -> Step:
    """Minimises mean CE."""
    with autocast():
        logits = model(batch.images)
    ce = cross_entropy(_full(logits), batch.labels, reduction="none")
    loss = ce.mean()
    loss.backward()
    return Step(loss.detach(), ce.detach(), _correct(logits, batch), ce.new_empty(0))


def masked_step(
    model: nn.Module,
    batch: Batch,
    rows: Tensor,
    pixels: Tensor,
    weight: float,
    masking: Masking,
    generator: torch.Generator,
    autocast: Callable[[], AbstractContextManager],
) -> Step:
    """Minimises mean CE + weight · mean over `rows` of KL(p(x) ‖ p(x~)), SGT's Algorithm 1 on a part of the batch.

    x~ is x with its `pixels` lowest-ranked pixels replaced. rows: (n,) int64 places in the batch, ascending, n ≥ 2
    (BatchNorm fails on one image). pixels: (n,) int64, how many pixels each of them loses, from 0 to H · W.
    """
    images = batch.images.detach().requires_grad_()
    if masking.saliency == "separate":
        saliency = _eval_saliency(model, images[rows], batch.labels[rows], masking.target, autocast)
        images = images.detach()
    with autocast():
        logits = _full(model(images))
    ce = cross_entropy(logits, batch.labels, reduction="none")
    loss = ce.mean()
    clean = log_softmax(logits, 1)[rows]
    if masking.saliency == "fused":
        # The backward pass that the parameters need anyway: ∂ mean CE / ∂x is −∂ log p_y / ∂x up to the factor B.
        loss.backward()
        saliency, clean = -images.grad[rows], clean.detach()
    elif masking.saliency == "shared":
        (gradient,) = torch.autograd.grad(
            _explained(logits, batch.labels, masking.target).sum(), images, retain_graph=True
        )
        saliency = gradient[rows]
    hidden = lowest(rank_by(saliency.mean(1), masking.ranking, generator), pixels)
    with autocast():
        masked_logits = _full(model(replace(batch.images[rows], hidden, masking.fill, generator)))
    penalty = weight * kl_div(log_softmax(masked_logits, 1), clean, reduction="batchmean", log_target=True)
    (penalty if masking.saliency == "fused" else loss + penalty).backward()
    with torch.no_grad():
        masked_ce = cross_entropy(masked_logits, batch.labels[rows], reduction="none")
    return Step((loss + penalty).detach(), ce.detach(), _correct(logits, batch), masked_ce)


def _eval_saliency(
    model: nn.Module, images: Tensor, labels: Tensor, target: str, autocast: Callable[[], AbstractContextManager]
) -> Tensor:
    """(n, C, H, W): the target's gradient by the pixels, without dropout, with BatchNorm's running statistics."""
    model.eval()
    with autocast():
        logits = model(images)
    (gradient,) = torch.autograd.grad(_explained(_full(logits), labels, target).sum(), images)
    model.train()
    return gradient


def _explained(logits: Tensor, labels: Tensor, target: str) -> Tensor:
    """(B,): log p_y or f_y of each image."""
    scores = log_softmax(logits, 1) if target == "log_prob" else logits
    return scores.gather(1, labels[:, None]).squeeze(1)


def _full(logits: Tensor) -> Tensor:
    """In at least 32 bits: losses are too coarse in autocast's 16."""
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def _correct(logits: Tensor, batch: Batch) -> Tensor:
    return logits.detach().argmax(1) == batch.labels
