"""The training step: plain, or with the saliency-guided penalty, on the budgets that a method decides.

Notation: x one image, y its class, f(x) class logits, p = softmax f, CE cross-entropy, KL Kullback-Leibler divergence,
B images in a batch, of C channels and H × W pixels each. Where several ranks train, each holds b of the B images, and
its model averages gradients over the ranks; what a step finds is of all B.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, kl_div, log_softmax

from smoot.masking import Masking, lowest, rank_by, replace
from smoot.training.context import Context


@dataclass(frozen=True)
class Batch:
    """images: (b, C, H, W) normalised floats, from place `start` of the batch on. labels: (b,) int64.

    index: (B,) int64, the places of the whole batch in the training split. number: of the step in the run, from 0.
    """

    images: Tensor
    labels: Tensor
    index: Tensor
    number: int = 0
    start: int = 0

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Step:
    """What a training step has found; its gradients are in the parameters' `.grad`. All tensors are detached.

    loss: (), the loss minimised. ce: (B,), CE of the clean images, without label smoothing. correct: (B,) bool.
    rise: (B,), how much masking has raised an image's CE; NaN where the image was not masked.
    """

    loss: Tensor
    ce: Tensor
    correct: Tensor
    rise: Tensor


def plain_step(model: nn.Module, batch: Batch, context: Context) -> Step:
    """Minimises mean CE."""
    with context.machine.autocast():
        logits = _full(model(batch.images))
    loss, ce = _objective(logits, batch, context)
    loss.backward()
    return _found(loss, ce, logits, torch.full_like(ce, torch.nan), batch, context)


def masked_step(
    model: nn.Module, batch: Batch, rows: Tensor, pixels: Tensor, weight: float, masking: Masking, context: Context
) -> Step:
    """Minimises mean CE + weight · mean over `rows` of KL(p(x) ‖ p(x~)), SGT's Algorithm 1 on a part of the batch.

    x~ is x with its `pixels` lowest-ranked pixels replaced. rows: (n,) int64 places in the batch, ascending, on the
    CPU, n ≥ 2 (BatchNorm fails on one image). pixels: (n,) int64, how many each of them loses, from 0 to H · W.
    """
    machine = context.machine
    generator = context.generator("mask", batch.number, machine.device)
    mine = _within(rows, batch)
    places = _stretched(rows[mine] - batch.start, 2)
    count = mine.stop - mine.start
    pixels, places = _stretched(pixels[mine], len(places)), machine.put(places)
    images = batch.images.detach().requires_grad_()
    with machine.world.alone(model):
        if masking.saliency == "separate":
            saliency = _eval_saliency(model, images[places], batch.labels[places], masking.target, context)
            images = images.detach()
        with machine.autocast():
            logits = _full(model(images))
        loss, ce = _objective(logits, batch, context)
        clean = log_softmax(logits, 1)[places]
        if masking.saliency == "fused":
            # The backward pass that the parameters need anyway: ∂ mean CE / ∂x is −∂ log p_y / ∂x up to the factor b.
            loss.backward()
            saliency, clean = -images.grad[places], clean.detach()
        elif masking.saliency == "shared":
            explained = _explained(logits, batch.labels, masking.target).sum()
            saliency = torch.autograd.grad(explained, images, retain_graph=True)[0][places]

    def draw(like: Tensor) -> Tensor:
        # For all rows and in a fixed memory layout, so that neither ranks nor channels_last change a draw.
        shape = (len(rows), *like.shape[1:])
        draws = torch.rand(shape, generator=generator, device=like.device, dtype=like.dtype)
        return _stretched(draws[mine], len(like))

    hidden = lowest(rank_by(saliency.mean(1), masking.ranking, draw), pixels)
    with machine.autocast():
        masked_logits = _full(model(replace(batch.images[places], hidden, masking.fill, draw)))
    divergence = kl_div(log_softmax(masked_logits, 1), clean, reduction="none", log_target=True).sum(1)
    penalty = weight * machine.world.size / len(rows) * divergence[:count].sum()
    (penalty if masking.saliency == "fused" else loss + penalty).backward()
    with torch.no_grad():
        rise = torch.full_like(ce, torch.nan)
        masked_ce = cross_entropy(masked_logits, batch.labels[places], reduction="none")
        rise[places[:count]] = (masked_ce - ce[places])[:count]
    return _found(loss + penalty, ce, logits, rise, batch, context)


def _within(rows: Tensor, batch: Batch) -> slice:
    """Which of the rows, (n,) ascending, are this rank's."""
    first, last = torch.searchsorted(rows, torch.tensor([batch.start, batch.start + len(batch.labels)])).tolist()
    return slice(first, last)


def _stretched(values: Tensor, length: int) -> Tensor:
    """Zeros appended to the first axis, up to `length`.

    A rank with fewer than two masked images takes its first image, unmasked, beside them, at no weight: BatchNorm
    needs two, and every rank has to take part in every pass.
    """
    short = length - len(values)
    return torch.cat([values, values.new_zeros(short, *values.shape[1:])]) if short > 0 else values


def _objective(logits: Tensor, batch: Batch, context: Context) -> tuple[Tensor, Tensor]:
    """The mean CE that is minimised, with label smoothing; and CE of each image, (b,), without."""
    ce = cross_entropy(logits, batch.labels, reduction="none")
    if not context.label_smoothing:
        return ce.mean(), ce
    return cross_entropy(logits, batch.labels, label_smoothing=context.label_smoothing), ce


def _eval_saliency(model: nn.Module, images: Tensor, labels: Tensor, target: str, context: Context) -> Tensor:
    """(n, C, H, W): the target's gradient by the pixels, without dropout, with BatchNorm's running statistics."""
    model.eval()
    with context.machine.autocast():
        logits = _full(model(images))
    (gradient,) = torch.autograd.grad(_explained(logits, labels, target).sum(), images)
    model.train()
    return gradient


def _explained(logits: Tensor, labels: Tensor, target: str) -> Tensor:
    """(b,): log p_y or f_y of each image."""
    scores = log_softmax(logits, 1) if target == "log_prob" else logits
    return scores.gather(1, labels[:, None]).squeeze(1)


def _full(logits: Tensor) -> Tensor:
    """In at least 32 bits: losses are too coarse in autocast's 16."""
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def _found(loss: Tensor, ce: Tensor, logits: Tensor, rise: Tensor, batch: Batch, context: Context) -> Step:
    """What all ranks have found, on each of them."""
    correct = logits.detach().argmax(1) == batch.labels
    ranks = context.machine.world
    if ranks.size == 1:
        return Step(loss.detach(), ce.detach(), correct, rise)
    found = torch.stack([ce.detach(), correct.to(ce.dtype), rise, loss.detach().expand_as(ce)], dim=1)
    ce, correct, rise, loss = ranks.gather(found).unbind(1)
    return Step(loss.mean(), ce, correct.bool(), rise)
