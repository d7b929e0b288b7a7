"""Saliency-guided masking: one training step that every masked method calls with its own budgets.

Notation: x one image, y its class, f(x) class logits, p = softmax f, CE cross-entropy, KL Kullback-Leibler divergence,
B images in a batch, of C channels and H × W pixels each.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Self

import torch
from pydantic import model_validator
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, kl_div, log_softmax

from smoot.core.blocks import Block


Ranking = Literal["signed", "absolute", "random"]
Target = Literal["log_prob", "logit"]
Fill = Literal["uniform", "image_min", "channel_mean"]
Saliency = Literal["separate", "shared", "fused"]


class Masking(Block):
    """The `masking` block: what the field does not agree on, the same for all methods of a grid.

    ranking: by the signed saliency (the SGT authors' code), by its absolute value, or at random (a control).
    target: what is differentiated, log p_y or the logit f_y.
    fill: what a masked pixel becomes: drawn uniformly between the image's own extremes in that channel, the image's
        minimum in that channel, or its mean.
    saliency: `separate`, an extra pass in eval mode (the SGT authors' procedure; 8 forwards' worth of work); `shared`,
        from the clean training pass (7); `fused`, from the backward pass of CE itself (6), which detaches the KL's
        clean side. `fused` needs `log_prob`.
    """

    ranking: Ranking = "signed"
    target: Target = "log_prob"
    fill: Fill = "uniform"
    saliency: Saliency = "fused"

    @model_validator(mode="after")
    def _fused_explains_log_prob(self) -> Self:
        if self.saliency == "fused" and self.target == "logit":
            raise ValueError("saliency: fused has no gradient of target: logit; allowed with it: separate, shared")
        return self

    def override(self, options: "MaskingOverride") -> "Masking":
        """These options, but for those in `options`."""
        return Masking.model_validate(self.model_dump() | options.model_dump(exclude_none=True))


class MaskingOverride(Block):
    """The options in which a method differs from the `masking` block."""

    ranking: Ranking | None = None
    target: Target | None = None
    fill: Fill | None = None
    saliency: Saliency | None = None


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
        (gradient,) = torch.autograd.grad(_explained(logits, batch.labels, masking.target).sum(), images, retain_graph=True)
        saliency = gradient[rows]
    hidden = lowest(rank_by(saliency.mean(1), masking.ranking, generator), pixels)
    with autocast():
        masked_logits = _full(model(replace(batch.images[rows], hidden, masking.fill, generator)))
    penalty = weight * kl_div(log_softmax(masked_logits, 1), clean, reduction="batchmean", log_target=True)
    (penalty if masking.saliency == "fused" else loss + penalty).backward()
    with torch.no_grad():
        masked_ce = cross_entropy(masked_logits, batch.labels[rows], reduction="none")
    return Step((loss + penalty).detach(), ce.detach(), _correct(logits, batch), masked_ce)


def rank_by(saliency: Tensor, ranking: str, generator: torch.Generator) -> Tensor:
    """What pixels are ranked by, lowest first: (n, H, W) from the channel mean of the saliency, (n, H, W)."""
    if ranking == "absolute":
        return saliency.abs()
    if ranking == "random":
        return torch.rand(saliency.shape, generator=generator, device=saliency.device)
    return saliency


def lowest(values: Tensor, pixels: Tensor) -> Tensor:
    """(n, H, W) bool, true at the pixels[i] lowest of values[i]. Of equal values the first in row order is lower."""
    order = values.flatten(1).argsort(dim=1, stable=True)
    places = torch.arange(order.shape[1], device=order.device)
    ranks = torch.empty_like(order).scatter_(1, order, places.expand_as(order))
    return (ranks < pixels[:, None]).view_as(values)


def replace(images: Tensor, hidden: Tensor, fill: str, generator: torch.Generator) -> Tensor:
    """(n, C, H, W) images with the pixels of `hidden`, (n, H, W) bool, replaced in all channels."""
    if fill == "image_min":
        substitute = images.amin((2, 3), keepdim=True)
    elif fill == "channel_mean":
        substitute = images.mean((2, 3), keepdim=True)
    else:
        low, high = images.amin((2, 3), keepdim=True), images.amax((2, 3), keepdim=True)
        # Drawn in a fixed memory layout, so that channels_last changes no draw.
        draws = torch.rand(images.shape, generator=generator, device=images.device, dtype=images.dtype)
        substitute = low + (high - low) * draws
    return torch.where(hidden[:, None], substitute, images)


def _eval_saliency(
    model: nn.Module, images: Tensor, labels: Tensor, target: str, autocast: Callable[[], AbstractContextManager]
) -> Tensor:
    """(n, C, H, W): the gradient of the target by the pixels, without dropout and with BatchNorm's running statistics."""
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
