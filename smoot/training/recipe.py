"""The `training` block."""

from typing import Literal, Self

from pydantic import Field, model_validator

from smoot.core.params_file import Block, Fraction
from smoot.training.augment import Augment


class Recipe(Block):
    """The recipe, the same for all methods of a grid. Optimiser and schedule are timm's, by timm's names."""

    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=2, description="of all processes together")
    optimizer: str = "adamw"
    lr: float = Field(gt=0)
    weight_decay: float = Field(0.0, ge=0)
    momentum: float = Field(0.9, ge=0, lt=1, description="of optimisers that have one")
    schedule: Literal["cosine", "tanh", "poly", "multistep", "constant"] = "cosine"
    milestones: list[int] = Field([], description="of multistep: the epochs after which the rate falls")
    decay_rate: float = Field(0.1, gt=0, description="of multistep: the factor; of poly: the power")
    warmup_epochs: int = Field(0, ge=0)
    label_smoothing: Fraction = 0.0
    clip_norm: float | None = Field(None, gt=0, description="largest norm of the gradient")
    ema: float | None = Field(
        None, gt=0, lt=1, description="decay of the moving average of the weights, which then are the result"
    )
    patience: int | None = Field(
        None, ge=1, description="epochs without a lower validation loss, after which the best epoch's weights are kept"
    )
    augment: Augment = Augment()
    data: Literal["auto", "resident", "streamed"] = Field(
        "auto", description="whole on the device, or by batch from the disk; the results are the same"
    )
    compile: bool = False
    processes: int = Field(1, ge=1, description="that train one model together; on CUDA each has a device of its own")
    checkpoint_steps: int | None = Field(None, ge=1, description="steps between checkpoints, beside one every epoch")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.schedule == "multistep") != bool(self.milestones):
            raise ValueError("schedule: multistep and milestones need each other")
        if self.milestones != sorted(set(self.milestones)) or any(epoch < 1 for epoch in self.milestones):
            raise ValueError(f"milestones: {self.milestones}: should be ascending epochs from 1 on")
        for name, last in (("warmup_epochs", self.warmup_epochs), ("milestones", max(self.milestones, default=0))):
            if last >= self.epochs:
                raise ValueError(f"{name}: {last}: should be less than epochs, {self.epochs}")
        if self.batch_size % self.processes or self.batch_size < 2 * self.processes:
            raise ValueError(
                f"batch_size {self.batch_size}: should be a multiple of processes, {self.processes}, "
                "with two images or more for each"
            )
        return self
