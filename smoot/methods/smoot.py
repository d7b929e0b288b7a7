"""smoot: Saliency Guided Mask Optimized Online Training (Karkehabadi, Homayoun, Sasan 2023, arXiv 2310.00772).

A documented reconstruction: the abstract says that the number of masked images is chosen from "input, accuracy, and
model loss during the training"; the formula is not public to us. Two budgets, each of which can be switched off:

images: n_t = round(B · n_max · a_t · (1 − ℓ_t)) images of a batch are masked, where a_t and ℓ_t are running averages
    of the batch accuracy and of min(1, CE / ln C) up to the step before. An untrained model masks nothing.
pixels: each training image has its own fraction k_i of masked pixels. After a masked pass k_i grows by k_step where
    masking raised the image's CE by less than tau, and shrinks by it otherwise.

Minimises mean CE + λ · mean over the masked images of KL(p(x) ‖ p(x~)).
"""

import math
from typing import Any, Literal, Self

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn

from smoot.core.blocks import Fraction
from smoot.training import method
from smoot.training.step import Batch, Step, masked_step, plain_step


class Params(method.MaskedParams):
    images: Literal["adaptive", "all"] = "adaptive"
    pixels: Literal["adaptive", "fixed"] = Field("adaptive", description="`fixed` masks the fraction k of each image")
    n_max: Fraction = Field(1.0, description="the largest fraction of a batch that is masked")
    decay: float = Field(0.9, ge=0, lt=1, description="ρ of the running averages")
    select: Literal["uniform", "lowest_loss", "highest_loss"] = "uniform"
    k_start: Fraction = 0.10
    k_min: Fraction = 0.05
    k_max: Fraction = 0.90
    k_step: Fraction = 0.05
    tau: float = Field(0.1, description="the rise of CE, in nats, that an image can spare")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.k_min <= self.k_start <= self.k_max:
            raise ValueError(f"k_min {self.k_min}, k_start {self.k_start} and k_max {self.k_max} are not in this order")
        return self


class Method(method.Method):
    def __init__(self, params: Params, task: method.Task) -> None:
        super().__init__(params, task)
        self.masking = task.masking.override(params.masking)
        self.fill, self.selection = task.generator("fill"), task.generator("selection")
        self.accuracy, self.loss = 0.0, 1.0
        start = params.k_start if params.pixels == "adaptive" else params.k
        self.k = torch.full((task.images,), start, dtype=torch.float64, device=task.device)
        self.last_ce = torch.zeros(task.images, device=task.device)
        self.masked = self.seen = 0

    def step(self, model: nn.Module, batch: Batch) -> Step:
        rows = self.choose(batch)
        self.masked, self.seen = self.masked + len(rows), self.seen + len(batch)
        if len(rows):
            pixels = (self.k[batch.index[rows]] * self.task.pixels).round().long()
            weight, autocast = self.params.weight, self.task.autocast
            step = masked_step(model, batch, rows, pixels, weight, self.masking, self.fill, autocast)
            self.adapt_pixels(batch.index[rows], step.masked_ce - step.ce[rows])
        else:
            step = plain_step(model, batch, self.task.autocast)
        self.last_ce[batch.index] = step.ce
        self.follow(step)
        return step

    def choose(self, batch: Batch) -> Tensor:
        """(n_t,) places in the batch, ascending: the images to mask. One alone counts as none: BatchNorm needs two."""
        size, device = len(batch), batch.labels.device
        if self.params.images == "all":
            return torch.arange(size, device=device)
        count = round(size * self.params.n_max * self.accuracy * (1 - self.loss))
        if self.params.select == "uniform":
            order = torch.randperm(size, generator=self.selection, device=device)
        else:
            highest_first = self.params.select == "highest_loss"
            order = self.last_ce[batch.index].argsort(descending=highest_first, stable=True)
        return order[: count if count >= 2 else 0].sort().values

    def adapt_pixels(self, index: Tensor, rise: Tensor) -> None:
        """Moves k of the images at `index`, (n,), whose CE masking has raised by `rise`, (n,)."""
        if self.params.pixels == "adaptive":
            direction = torch.where(rise < self.params.tau, 1, -1)
            moved = self.k[index] + direction * self.params.k_step
            self.k[index] = moved.clamp(self.params.k_min, self.params.k_max)

    def follow(self, step: Step) -> None:
        """Updates the running averages, for the step after this one."""
        keep, chance = self.params.decay, math.log(self.task.classes)
        self.accuracy = keep * self.accuracy + (1 - keep) * step.correct.float().mean().item()
        self.loss = keep * self.loss + (1 - keep) * min(1.0, step.ce.mean().item() / chance)

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
            "fill": self.fill.get_state(),
            "selection": self.selection.get_state(),
            "k": self.k,
            "last_ce": self.last_ce,
            "scalars": [self.accuracy, self.loss, self.masked, self.seen],
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.fill.set_state(state["fill"])
        self.selection.set_state(state["selection"])
        self.k.copy_(state["k"])
        self.last_ce.copy_(state["last_ce"])
        self.accuracy, self.loss, self.masked, self.seen = state["scalars"]
