"""smoot: Saliency Guided Mask Optimized Online Training (Karkehabadi, Homayoun, Sasan 2023, arXiv 2310.00772).

A documented reconstruction: the abstract says that the number of masked images is chosen from "input, accuracy, and
model loss during the training"; we could not read its formula. Two budgets, each of which can be switched off:

images: n_t = round(B · n_max · a_t · (1 − ℓ_t)) images of a batch are masked, where a_t and ℓ_t are running averages
    of the batch accuracy and of min(1, CE / ln C). They end with step t − 2, whose numbers have left the device when
    step t begins, so that no step waits for another. An untrained model masks nothing.
pixels: each training image has its own fraction k_i of masked pixels. After a masked pass k_i grows by k_step where
    masking raised the image's CE by less than tau, and shrinks by it otherwise. An image is masked once an epoch at
    most, so short trainings leave k_i near its start; `pixels: shared` moves one k for all images, by the masked
    images' mean rise in each step.

Minimises mean CE + λ · mean over the masked images of KL(p(x) ‖ p(x~)).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from smoot.core.lazy import torch
from smoot.core.params_file import Fraction
from smoot.methods._masked import drawn, masked_step
from smoot.training import method
from smoot.training.method import Batch, Context, MaskedParams, StepResult, plain_step

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(MaskedParams):
    images: Literal["adaptive", "all"] = "adaptive"
    """How many images of a batch are masked: by accuracy and loss, or all."""
    pixels: Literal["adaptive", "shared", "fixed"] = "adaptive"
    """How many pixels of an image are masked: its own fraction, which moves; one that moves for all images; or `k`."""
    n_max: Fraction = 1.0
    """The largest fraction of a batch that is masked. Lower it where accuracy suffers, or for speed."""
    decay: float = Field(0.9, ge=0, lt=1)
    """ρ of the running averages of accuracy and loss. Nearer to 1 they change more slowly."""
    select: Literal["uniform", "lowest_loss", "highest_loss"] = "uniform"
    """The images that are masked: drawn at random, or by their last loss, which waits for the device in every step."""
    k_start: Fraction = 0.10
    """The fraction of pixels that each image begins with, where the fraction moves."""
    k_min: Fraction = 0.05
    """The smallest fraction of an image's pixels, where the fraction moves."""
    k_max: Fraction = 0.90
    """The largest fraction of an image's pixels, where the fraction moves."""
    k_step: Fraction = 0.05
    """The amount by which a fraction grows or shrinks after each step that masked its image, or any where it is
    shared."""
    tau: float = 0.1
    """The rise of an image's CE by masking, in nats, below which more of its pixels are masked the next time."""

    @property
    def unused(self) -> frozenset[str]:
        return frozenset({"k_start", "k_min", "k_max", "k_step", "tau"} if self.pixels == "fixed" else {"k"})

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.k_min <= self.k_start <= self.k_max:
            raise ValueError(f"k_min {self.k_min}, k_start {self.k_start} and k_max {self.k_max} are not in this order")
        return self


class Method(method.Method):
    beside = ("sgt",)
    needs_index = True
    note = "A reconstruction: what we could read of its paper is the abstract."

    def __init__(self, params: Params, context: Context) -> None:
        super().__init__(params, context)
        self.params: Params = params
        self.accuracy, self.loss = 0.0, 1.0
        self.arriving: Callable[[], list[float]] | None = None
        device = context.machine.device
        start = params.k if params.pixels == "fixed" else params.k_start
        self.k = torch.full((context.images,), start, dtype=torch.float64, device=device)
        self.last_ce = torch.zeros(context.images, device=device)
        self.masked = self.seen = 0

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        chosen = self.choose(batch)
        if len(chosen):
            pixels = (self.k[batch.index] * self.context.pixels).round().long()
            result = masked_step(model, batch, chosen, pixels, self.params.weight, self.context)
        else:
            result = plain_step(model, batch, self.context)
        self.masked, self.seen = self.masked + len(chosen), self.seen + batch.size
        self.adapt_pixels(batch.whole_index, result.rise)
        self.last_ce[batch.whole_index] = result.ce.float()
        self.follow(result)
        return result

    def choose(self, batch: Batch) -> Tensor:
        """(n_t,) places in the whole batch, ascending, on the CPU: the images to mask. One alone counts as none."""
        size = batch.size
        if self.params.images == "all":
            return torch.arange(size)
        count = round(size * self.params.n_max * self.accuracy * (1 - self.loss))
        count = count if count >= 2 else 0
        if self.params.select == "uniform":
            return drawn(count, batch, self.context)
        highest_first = self.params.select == "highest_loss"
        order = self.last_ce[batch.whole_index].argsort(descending=highest_first, stable=True).cpu()
        return order[:count].sort().values

    def adapt_pixels(self, index: Tensor, rise: Tensor) -> None:
        """Moves k of the images at `index`, (B,), whose CE masking has raised by `rise`, (B,); not where it is NaN."""
        if self.params.pixels == "fixed":
            return
        if self.params.pixels == "shared":
            index, rise = torch.arange(len(self.k), device=self.k.device), rise.nanmean()
        k, by = self.k[index], self.params.k_step
        moved = torch.where(rise < self.params.tau, k + by, k - by).clamp(self.params.k_min, self.params.k_max)
        self.k[index] = torch.where(rise.isnan(), k, moved)

    def follow(self, result: StepResult) -> None:
        """Takes the step *before* this one into the running averages: this one's numbers are not waited for."""
        if self.arriving is not None:
            accuracy, ce = self.arriving()
            keep, loss = self.params.decay, min(1.0, ce / math.log(self.context.classes))
            self.accuracy = keep * self.accuracy + (1 - keep) * accuracy
            self.loss = keep * self.loss + (1 - keep) * loss
        numbers = torch.stack([result.correct.double().mean(), result.ce.double().mean()])
        self.arriving = self.context.machine.fetch(numbers)

    def record(self) -> dict[str, float]:
        low, middle, high = self.k.quantile(self.k.new_tensor([0.25, 0.5, 0.75])).tolist()
        budgets = {
            "masked_images": self.masked / self.seen,
            "masked_pixels": self.k.mean().item(),
            "masked_pixels_q1": low,
            "masked_pixels_median": middle,
            "masked_pixels_q3": high,
        }
        self.masked = self.seen = 0
        return budgets

    def state(self) -> dict[str, Any]:
        return {
            "k": self.k,
            "last_ce": self.last_ce,
            "averages": [self.accuracy, self.loss],
            "arriving": self.arriving and self.arriving(),
            "counts": [self.masked, self.seen],
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.k.copy_(state["k"])
        self.last_ce.copy_(state["last_ce"])
        self.accuracy, self.loss = state["averages"]
        self.arriving = state["arriving"] and (lambda: state["arriving"])
        self.masked, self.seen = state["counts"]
