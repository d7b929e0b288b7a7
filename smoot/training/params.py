"""The `training` block."""

from typing import Literal

from pydantic import Field

from smoot.core.blocks import Block


class Training(Block):
    """The recipe, the same for all methods of a grid. Optimiser and schedule are timm's, by timm's names."""

    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=2)
    optimizer: str = "adamw"
    lr: float = Field(gt=0)
    weight_decay: float = Field(0.0, ge=0)
    momentum: float = Field(0.9, ge=0, lt=1, description="of optimisers that have one")
    schedule: Literal["cosine", "tanh", "poly", "constant"] = "cosine"
    warmup_epochs: int = Field(0, ge=0)
