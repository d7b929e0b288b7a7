"""An entry of the `models` block."""

from typing import Annotated, Any

from pydantic import Field

from smoot.core.params_file import Block


class ModelEntry(Block):
    """The name of a timm model, keyword arguments for `timm.create_model`, and the size of the images that it sees."""

    timm: Annotated[str, Field(min_length=1)]
    kwargs: dict[str, Any] = Field(default_factory=dict)
    upsample: int | None = Field(
        None, ge=8, description="side to which images are enlarged for a network that needs more pixels than they have"
    )
