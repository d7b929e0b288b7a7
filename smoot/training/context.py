"""What a training method may know of the run that it trains, and the parts that losses are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from smoot.artifacts.dataset import DatasetInfo
from smoot.core.lazy import torch
from smoot.core.machine import Hardware
from smoot.core.seeding import derive
from smoot.masking import Masking
from smoot.training.batch import Batch, StepResult
from smoot.training.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Context:
    """One run."""

    info: DatasetInfo = field(repr=False)
    """The facts of the data set."""
    recipe: Recipe
    """The method's own: the `training` block, but for what its entry overrides."""
    masking: Masking
    """The method's own: the `masking` block, but for what its entry overrides."""
    seed: int
    """The seed of all that the run draws, but for its training images."""
    machine: Hardware = field(repr=False)
    """Where it runs: `machine.device`."""

    @property
    def images(self) -> int:
        """How many the run is trained on: those of the training split, or as many of them as it draws."""
        return self.recipe.images or self.info.sizes["train"]

    @property
    def pixels(self) -> int:
        """H · W."""
        return self.info.shape[1] * self.info.shape[2]

    @property
    def classes(self) -> int:
        return len(self.info.classes)

    @property
    def epochs(self) -> int:
        """The run's steps, if it is not stopped early."""
        return self.recipe.epochs

    @property
    def epoch_steps(self) -> int:
        """Steps of an epoch."""
        return self.recipe.steps_per_epoch(self.images)

    @property
    def steps(self) -> int:
        """Steps of the run, if it is not stopped early."""
        return self.epochs * self.epoch_steps

    @cached_property
    def pixel_range(self) -> tuple[Tensor, Tensor]:
        """(black, white) as `Batch.images` has them, (C, 1, 1) each, on the device: no valid pixel lies outside."""
        black, white = (torch.from_numpy(values).to(self.machine.device) for values in self.info.pixel_range)
        return black, white

    def generator(self, stream: str, number: int, device: torch.device | str | None = None) -> torch.Generator:
        """The generator of one stream for step `number` alone, the same in every process.

        What one stream draws changes nothing elsewhere. device: the run's, if it is not given.
        """
        return torch.Generator(device or self.machine.device).manual_seed(derive(self.seed, "method", stream, number))

    def draw(self, stream: str, batch: Batch, kind: Callable[..., Tensor] | None = None) -> Tensor:
        """(b, C, H, W) random numbers by `kind`, such as torch.randn, else torch.rand, for the batch's images.

        An image's do not depend on how many processes train, nor on the layout in memory. Another draw in the same
        step needs another stream.
        """
        generator = self.generator(stream, batch.number)
        shape = (batch.size, *batch.images.shape[1:])
        numbers = (kind or torch.rand)(shape, generator=generator, device=batch.images.device, dtype=batch.images.dtype)
        return numbers[batch.start : batch.start + len(batch)]

    def logits(self, model: nn.Module, images: Tensor) -> Tensor:
        """(b, classes), computed in the run's precision, and given in 32 bits at least: losses are too coarse in 16."""
        with self.machine.autocast():
            logits = model(images)
        return logits.to(torch.promote_types(logits.dtype, torch.float32))

    def objective(self, logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """The mean CE that is minimised, with label smoothing; and CE of each image, (b,), without."""
        from torch.nn.functional import cross_entropy

        ce = cross_entropy(logits, labels, reduction="none")
        if not self.recipe.label_smoothing:
            return ce.mean(), ce
        return cross_entropy(logits, labels, label_smoothing=self.recipe.label_smoothing), ce

    def result(self, batch: Batch, loss: Tensor, logits: Tensor, ce: Tensor, rise: Tensor | None = None) -> StepResult:
        """What all processes have found together, from what this one has: each of them has to call it once a step.

        loss: (). logits: (b, classes) of the clean images. ce: (b,). rise: (b,), if the method masks.
        """
        ce, correct = ce.detach(), logits.detach().argmax(1) == batch.labels
        rise = torch.full_like(ce, torch.nan) if rise is None else rise.detach()
        world = self.machine.world
        if world.size == 1:
            return StepResult(loss.detach(), ce, correct, rise)
        columns = torch.stack([ce, correct.to(ce.dtype), rise, loss.detach().expand_as(ce)], dim=1)
        ce, correct, rise, losses = world.gather(columns).unbind(1)
        return StepResult(losses.mean(), ce, correct.bool(), rise)
