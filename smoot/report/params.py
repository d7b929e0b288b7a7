"""The `report` block."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from smoot.core.blocks import Block


class Report(Block):
    """name: of the folder in reports/. baseline: the method that the others are compared with."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
    title: str
    baseline: str = "baseline"
    confidence: float = Field(0.95, gt=0, lt=1, description="of the intervals")
    gallery: int = Field(6, ge=0, description="images in the gallery")
    formats: list[Literal["svg", "pdf"]] = Field(["svg", "pdf"], description="of the files in figures/")
