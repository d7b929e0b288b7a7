"""An entry of the `models` block."""

from typing import Annotated, Any

from pydantic import Field

from smoot.core.blocks import Block


class Model(Block):
    """The name of a timm model, and keyword arguments for `timm.create_model`."""

    timm: Annotated[str, Field(min_length=1)]
    kwargs: dict[str, Any] = Field(default_factory=dict)
