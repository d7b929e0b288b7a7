"""The `training` block, and how a method's entry overrides it."""

from itertools import pairwise
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from smoot.core.params_file import Block, Fraction
from smoot.training.augment import Augment

NO_OVERRIDE = ("images", "data", "processes")
"""Options that are the same for all methods: which images they are compared on, and how a machine is used."""


class Recipe(Block):
    """The recipe of all methods whose entry says nothing else. Optimiser and schedule are timm's, by timm's names."""

    epochs: int = Field(ge=1, le=1_000_000)
    """How often training goes through the training images."""
    batch_size: int = Field(ge=2, le=2**20)
    """Images in a step, of all processes together. A last, smaller batch of an epoch is left out."""
    optimizer: str = "adamw"
    """timm's name of an optimiser of first order, such as `sgd`, `adam` or `adamw`."""
    lr: float = Field(gt=0)
    """The learning rate, at its highest. The schedule lowers it."""
    weight_decay: float = Field(0.0, ge=0)
    """How strongly the optimiser pulls weights to zero. timm leaves biases and norms out."""
    momentum: float = Field(0.9, ge=0, lt=1)
    """The momentum of optimisers that have one, such as `sgd`. Others ignore it."""
    schedule: Literal["cosine", "tanh", "poly", "multistep", "constant"] = "cosine"
    """How the learning rate falls over the run. `multistep` also needs `milestones`."""
    milestones: list[int] = Field([])
    """The schedule `multistep` only: the epochs after which the learning rate falls, in ascending order, each less than
    `epochs`."""
    decay_rate: float = Field(0.1, gt=0)
    """The factor at each milestone of `multistep`; the power of `poly`."""
    warmup_epochs: int = Field(0, ge=0)
    """First epochs, in which the learning rate rises to `lr`; less than `epochs`."""
    label_smoothing: Fraction = 0.0
    """The part of a label that is spread evenly over all classes. `masking.saliency: fused` needs 0."""
    clip_norm: float | None = Field(None, gt=0)
    """The largest norm of a step's gradient; a longer one is shortened to it. null: any."""
    ema: float | None = Field(None, gt=0, lt=1)
    """The decay of a moving average of the weights, which then is the trained model. null: none."""
    patience: int | None = Field(None, ge=1)
    """Training stops after so many epochs without a lower validation loss, and keeps the best epoch's weights. null:
    all epochs are trained, and the last weights kept."""
    augment: Augment = Augment()
    """Random changes of the training images."""
    images: int | None = Field(None, ge=2)
    """How many of the data set's training images a run draws, each class in proportion: by the training seed, the same
    for all methods. What varies over seeds is then the data as well. null: every run has all of them."""
    data: Literal["auto", "resident", "streamed"] = "auto"
    """Where training images lie: `resident`, all on the device, or `streamed`, by batch from the disk. `auto` is
    resident where they fit. The results are the same."""
    compile: bool = False
    """Whether the model is compiled by `torch.compile`. It is faster for long runs on a GPU; bits may then differ."""
    processes: int = Field(1, ge=1)
    """Processes that train one model together. On GPUs each has a device of its own."""
    checkpoint_steps: int | None = Field(None, ge=1)
    """Steps between checkpoints, beside the one after every epoch. Set it where an epoch takes hours."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.schedule == "multistep") != bool(self.milestones):
            raise ValueError("schedule: multistep and milestones need each other")
        if any(later <= sooner for sooner, later in pairwise([0, *self.milestones])):
            raise ValueError(f"milestones: {self.milestones}: should be ascending epochs from 1 on")
        for name, last in (("warmup_epochs", self.warmup_epochs), ("milestones", max(self.milestones, default=0))):
            if last >= self.epochs:
                raise ValueError(f"{name}: {last}: should be less than epochs, {self.epochs}")
        if self.images is not None and self.batch_size > self.images:
            raise ValueError(f"batch_size: {self.batch_size}: should be at most images, {self.images}")
        if self.batch_size % self.processes or self.batch_size < 2 * self.processes:
            raise ValueError(
                f"batch_size {self.batch_size}: should be a multiple of processes, {self.processes}, "
                "with two images or more for each"
            )
        return self

    def steps_per_epoch(self, images: int) -> int:
        """Full batches in an epoch: a last, smaller one is left out, as BatchNorm is unlike itself on it."""
        return max(1, images // self.batch_size)

    def override(self, options: dict[str, Any]) -> "Recipe":
        """This recipe, but for what is in `options`, keys of the `training` block.

        Where `epochs` differs, the milestones, warmup_epochs and patience that are not in `options` are stretched with
        it; another schedule has no milestones but its own. Raises pydantic's ValidationError, and ValueError for one
        of NO_OVERRIDE.
        """
        if refused := [name for name in NO_OVERRIDE if name in options]:
            raise ValueError(f"{refused[0]}: cannot differ by method; it is for the training block alone")
        own = self.model_dump() | self._stretched(options.get("epochs"))
        if options.get("schedule", self.schedule) != self.schedule:
            own["milestones"] = []
        own |= options
        if isinstance(augment := options.get("augment"), dict):
            own["augment"] = self.augment.model_dump() | augment
        return Recipe.model_validate(own)

    def _stretched(self, epochs: Any) -> dict[str, Any]:
        """What counts in epochs, for a run of `epochs`, if that is a number of epochs."""
        if not isinstance(epochs, int) or epochs < 1:
            return {}
        stretch = epochs / self.epochs
        milestones = [round(milestone * stretch) for milestone in self.milestones]
        # Two that come to lie on each other still lower the rate twice: each is later than the one before ...
        for number in range(len(milestones)):
            earliest = milestones[number - 1] + 1 if number else 1
            milestones[number] = max(milestones[number], earliest)
        # ... and all are before the end.
        for number in reversed(range(len(milestones))):
            latest = (milestones[number + 1] if number + 1 < len(milestones) else epochs) - 1
            milestones[number] = min(milestones[number], latest)
        return {
            "milestones": milestones,
            "warmup_epochs": max(1, round(self.warmup_epochs * stretch)) if self.warmup_epochs else 0,
            "patience": max(1, round(self.patience * stretch)) if self.patience else None,
        }
