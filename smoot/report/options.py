"""The `report` block."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from smoot.core.params_file import Block, Key

Names = Annotated[list[str], Field(min_length=1)]


class Primary(Block):
    """The comparisons that a claim can be made of: every one that it names. They are to be decided before any of them
    is seen.

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


class Ask(Block):
    """One thing that a question asks of two methods, by every score that it names."""

    method: str
    """The method that is asked about, by its key."""
    against: str | None = None
    """What it is compared with. null: the baseline."""
    claim: Literal["better", "as_good"]
    """`better`: by the paired sign-flip test. `as_good`: neither better nor worse by more than `margin`, by two
    one-sided t-tests."""
    margin: float | None = Field(None, gt=0)
    """The difference, for `as_good`, up to which two methods count as equally good, in the score's own unit."""
    metrics: Names
    """Metrics of the panels, effects such as `accuracy_drop_map_effect`, or measures of the model itself."""
    attributions: list[str] = Field([])
    """The attributions whose maps the metrics score. Metrics of the model itself need none."""
    models: Names | None = None
    """The models to compare on, each by itself. null: all of the grid's."""
    datasets: Names | None = None
    """The data sets to compare on, each by itself. null: all of the grid's, as one aggregate."""

    @model_validator(mode="after")
    def _has_a_margin_where_it_needs_one(self) -> Self:
        if self.claim == "as_good" and self.margin is None:
            raise ValueError("margin: missing; as_good needs one, above 0")
        if self.claim == "better" and self.margin is not None:
            raise ValueError(f"margin: {self.margin}: only with as_good")
        return self

    def named(self, baseline: str) -> Primary:
        """What it compares, in the form of `primary`."""
        return Primary(
            methods=[self.method],
            against=[self.against or baseline],
            metrics=self.metrics,
            attributions=self.attributions,
            models=self.models,
            datasets=self.datasets,
        )


class Question(Block):
    """A question in words, and what answers it. To be decided before any result is seen."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    """The question, in a sentence."""
    asks: Annotated[list[Ask], Field(min_length=1)]
    """What answers it: yes, if all of it holds."""


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
    questions: list[Question] = Field([])
    """Questions that the report answers first, each with yes, no, mixed or not established. Their tests are claims, as
    those of `primary`, and adjusted together with them."""
    confidence: float = Field(0.95, gt=0, lt=1)
    """The confidence of the intervals."""
    gallery: int = Field(6, ge=0)
    """How many images the gallery of maps shows; at most the panel's own `gallery` are there."""
    formats: list[Literal["svg", "pdf"]] = Field(["svg", "pdf"])
    """The kinds of figure files that are written: `svg` into figures/, `pdf` into figures_pdf/."""

    @property
    def declares(self) -> bool:
        """Whether it says beforehand what claims are made of."""
        return self.primary is not None or bool(self.questions)
