"""The `report` block."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from smoot.core.params_file import Block, Key

Names = Annotated[list[str], Field(min_length=1)]


class Primary(Block):
    """Which comparisons a claim can be made of: every one that it names. To be decided before any of them is seen.

    Metrics of the model itself, such as test_accuracy, need no attribution.
    """

    methods: Names
    against: Names | None = Field(None, description="what they are compared with; the baseline, if not given")
    metrics: Names
    attributions: list[str] = Field([])
    models: Names | None = Field(None, description="each by itself; all of the grid's, if not given")
    datasets: Names | None = Field(None, description="each by itself; if not given, all of the grid's as one aggregate")


class Report(Block):
    """What the report compares, and how it shows it."""

    name: Key
    """Of the folder in reports/."""
    title: Annotated[str, StringConstraints(pattern=r"^[^\r\n]+$", max_length=200)]
    question: str | None = Field(
        None, max_length=500, description="what it asks, in a sentence; made from the grid, if not given"
    )
    baseline: str = "baseline"
    """The method that the others are compared with."""
    attribution: str = "gradient"
    """By whose map Sanity and Controls judge."""
    primary: Primary | None = None
    """What p values are of, and adjusted for; of all comparisons, if not given."""
    confidence: float = Field(0.95, gt=0, lt=1, description="of the intervals")
    gallery: int = Field(6, ge=0, description="images in the gallery")
    formats: list[Literal["svg", "pdf"]] = Field(["svg", "pdf"], description="in figures/ and figures_pdf/")
