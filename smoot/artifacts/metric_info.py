"""What is known of a metric, for whoever reads its scores."""

from typing import Annotated, Literal

from pydantic import Field

from smoot.artifacts.record import Record

Category = Literal[
    "performance", "faithfulness", "robustness", "localisation", "complexity", "randomisation", "axiomatic"
]
Link = Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
"""An address that a page may link to, or empty."""
SYMBOLS = {
    "x": "the image",
    "y": "its class",
    "f": "the logits",
    "p": "the softmax of f",
    "d": "the number of pixels",
    "a": "the map, one number for each pixel",
}
"""What they stand for in every `MetricInfo.formula`."""


class MetricInfo(Record):
    """What a reader must know of a metric, in one place."""

    title: str
    category: Category
    higher_is_better: bool
    citation: str
    """Authors, venue, year."""
    link: Link = ""
    """Address of the paper; empty where there is none."""
    meaning: str = ""
    """What it measures, in one plain sentence for somebody who does not know it."""
    formula: str = ""
    """The formula of one image's value, in one line without markup, by SYMBOLS; others are explained in the line, and
    the component's parameters go by their own names."""
    limits: tuple[float | None, float | None] = (None, None)
    """The range of one image's value; None where it has no bound, or none that is known."""
    deviations: str = ""
    """The differences to the paper or to Quantus, and what to beware of, in whole sentences."""
    correct_only: bool = True
    """Averaged over the images that all trained models of a seed classify correctly: an explanation of the true class
    says little where the model is wrong."""
    of_model: bool = False
    """A property of the model and not of a map, so it is scored once, whatever the attributions."""
    scale: str = ""
    """Why a map and the same map times a positive number score differently; empty where they score the same."""
    cost: str = ""
    """The most that an image takes beside its map, in forward passes (F), forward passes that all attributions share
    (S) and maps made anew (E), by the parameters and the image's height H and width W; empty where it takes none. A
    backward pass to the image counts as a forward pass."""
    summaries: tuple[str, ...] = ()
    """Names of further values an image, such as areas under its curves; results.csv has them as {metric}_{summary}."""
    difference: tuple[str, str] | None = None
    """The two summaries whose difference the value is, the first less the second."""
    reading: str = ""
    """How its curves are to be read, in whole sentences."""
    region: Literal["", "object", "distractor", "shortcut"] = ""
    """The region whose share of the absolute attribution it is; empty for any other metric."""

    tries: bool | None = None
    """Whether it tries a map on a model, which can be another one than the map is of. The others ask the map, the
    truth, or how the map's own model is explained. null: metrics of faithfulness do, and no others."""

    @property
    def tries_maps(self) -> bool:
        """Whether it tries a map on a model: `tries`, or what its category says."""
        return self.category == "faithfulness" if self.tries is None else self.tries

    @property
    def arrow(self) -> str:
        return "↑" if self.higher_is_better else "↓"

    @property
    def range(self) -> str:
        """The limits as text, such as "[0, 1]" or "≥ 0"; empty where neither is known."""
        low, high = self.limits
        if low is not None and high is not None:
            return f"[{_plain(low)}, {_plain(high)}]"
        return f"≥ {_plain(low)}" if low is not None else f"≤ {_plain(high)}" if high is not None else ""


def _plain(limit: float) -> str:
    return f"{limit:g}".replace("-", "−")
