"""An entry of the `panels` block."""

from typing import Any

from pydantic import Field

from smoot.core.blocks import Block


class Panel(Block):
    """Attributions × metrics on one seeded subset of the test images.

    attributions and metrics: the parameters of each component, by its name. A metric may appear more than once, under
    names of its own choice, with the component's name as the value of the key `metric`.
    """

    images: int = Field(ge=2, description="how many test images")
    seed: int = Field(0, ge=0, description="which ones, and the metrics' random draws")
    gallery: int = Field(8, ge=0, description="the first so many images' maps are kept for the report")
    attributions: dict[str, dict[str, Any]] = Field(min_length=1)
    metrics: dict[str, dict[str, Any]] = Field(min_length=1)
