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
    """The methods that a claim is to be made of, by their keys."""
    against: Names | None = None
    """What each of them is compared with. null: the baseline."""
    metrics: Names
    """Metrics of the panels, or of the model itself, such as `test_accuracy`."""
    attributions: list[str] = Field([])
    """The attributions whose maps the metrics score. Metrics of the model itself need none."""
    models: Names | None = None
    """The models to compare on, each by itself. null: all of the grid's."""
    datasets: Names | None = None
    """The data sets to compare on, each by itself. null: all of the grid's, as one aggregate."""


class Report(Block):
    """What the report compares, and how it shows it."""

    name: Key
    """The report's folder in reports/. Give each study its own, or the next one replaces it."""
    title: Annotated[str, StringConstraints(pattern=r"^[^\r\n]+$", max_length=200)]
    """The report's title, one line."""
    question: str | None = Field(None, max_length=500)
    """What the report asks, in a sentence. null: one made from the grid."""
    baseline: str = "baseline"
    """The method that all others are compared with, by its key; its models are what `of` and `on` of an attribution
    mean by `baseline`."""
    attribution: str = "gradient"
    """The attribution by whose maps the sections Sanity and Controls judge, by its key."""
    primary: Primary | None = None
    """The comparisons that claims are made of, decided before any result is seen. Only they get p values, adjusted for
    how many they are. null: all comparisons, which needs many seeds."""
    confidence: float = Field(0.95, gt=0, lt=1)
    """The confidence of the intervals."""
    gallery: int = Field(6, ge=0)
    """How many images the gallery of maps shows; at most the panel's own `gallery` are there."""
    formats: list[Literal["svg", "pdf"]] = Field(["svg", "pdf"])
    """The kinds of figure files that are written: `svg` into figures/, `pdf` into figures_pdf/."""
