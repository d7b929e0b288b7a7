"""What a metric is: the contract of the modules in `smoot.metrics`."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import Field

from smoot.artifacts.scores import MetricInfo
from smoot.core.components import Entry
from smoot.core.params_file import Block

BATCH = 64
"""Images of which maps are made at once."""


class MetricParams(Block):
    """What all metrics have."""

    images: int | None = Field(None, ge=1)
    """Only the first so many of the panel's images are scored, where a metric is slow. null: all of them."""


class NearbyParams(MetricParams):
    """What metrics of robustness have, so that the same values give the same perturbed images."""

    samples: int = Field(10, ge=1)
    """Perturbed copies of each image. The score grows with it, so keep it the same in what is compared."""
    radius: float = Field(0.1, gt=0)
    """The largest change of a pixel by the uniform noise, in normalised pixels."""


@dataclass(frozen=True)
class Subject:
    """One model, its maps by one attribution, and what they were made from. n images.

    A metric of the model meets maps that are zero, and an `explain` that is None.
    """

    model: Any = field(repr=False)
    images: np.ndarray
    """(n, C, H, W) float32, normalised."""
    labels: np.ndarray
    """(n,) int64."""
    masks: np.ndarray
    """(n, 1, H, W) uint8, the `Region` of every pixel, or (0, 1, H, W)."""
    maps: np.ndarray
    """(n, 1, H, W) float32."""
    explain: Callable[..., np.ndarray] | None
    """Makes maps anew, `explain(model, images, labels)`, in NumPy."""
    predict: Callable[[np.ndarray], np.ndarray]
    """Logits (n, classes) of images (n, C, H, W), in NumPy."""
    classes: int
    """How many."""
    seed: int
    """The seed of the metrics' random draws."""
    device: str
    """Where the model is, such as cpu or cuda:0."""
    pixel_range: tuple[np.ndarray, np.ndarray] | None
    """(black, white) as `images` have them, (C, 1, 1) float32 each: no valid pixel lies outside. None if not known."""
    slots: np.ndarray | None = None
    """(classes, 4) ints, where the shortcut's mark stands for each class, as top, left, height and width; None without
    a shortcut."""
    complete: bool = False
    """Whether the maps promise to sum to f_y(x) − f_y(0)."""
    rows: np.ndarray | None = None
    """(n,) which of the panel's images these are; None if all."""
    shared: dict[Any, Any] | None = field(default=None, repr=False)
    """What `once` keeps, the same for all attributions of one model; None to keep nothing."""

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> "Subject":
        """The images at `rows`, places or bools."""
        masks = self.masks[rows] if len(self.masks) else self.masks
        images, labels, maps = (array[rows] for array in (self.images, self.labels, self.maps))
        return replace(self, images=images, labels=labels, masks=masks, maps=maps, rows=self._rows[rows])

    def once(self, name: Any, make: Callable[[], Any]) -> Any:
        """`make()`, made only once for these images, whatever the attribution: it must not depend on the maps.

        name: of what is made, with the parameters that it depends on: two entries of one metric may differ in them.
        """
        if self.shared is None:
            return make()
        key = (name, self._rows.tobytes())
        if key not in self.shared:
            self.shared[key] = make()
        return self.shared[key]

    @property
    def black_and_white(self) -> tuple[np.ndarray, np.ndarray]:
        """`pixel_range`. Raises NotApplicableError where it is not known."""
        if self.pixel_range is None:
            raise NotApplicableError("it is not known which values stand for black and white")
        return self.pixel_range

    @property
    def _rows(self) -> np.ndarray:
        return np.arange(len(self)) if self.rows is None else self.rows


@dataclass(frozen=True)
class Curves:
    """What a metric measures at several points, for each image: one line of a figure."""

    x: np.ndarray
    """(points,), ascending."""
    x_label: str
    y_label: str
    """What the values are. Of "accuracy", a report knows what a model has that sees nothing: 1 / classes."""
    values: np.ndarray
    """(n, points) numbers or bools, NaN where there is none."""
    limits: tuple[float, float] | None = None
    """The range that y can have, if it is known."""
    reference: bool = False
    """Whether it is what the others are held against, such as a random order: it is drawn dashed."""


@dataclass(frozen=True)
class Scores:
    """What a metric gives for n images."""

    values: np.ndarray
    """(n,) float, NaN where there is none."""
    curves: dict[str, Curves] = field(default_factory=dict)
    """The curves by the name of each line, such as "random", for the report to draw."""
    summaries: dict[str, np.ndarray] = field(default_factory=dict)
    """(n,) float each, by the names in the metric's `MetricInfo.summaries`."""


class NotApplicableError(Exception):
    """A metric or an attribution says nothing about this subject; the message is the reason that the report gives."""


class UndefinedError(Exception):
    """A metric that applies meets halfway what it can give no score of; the message is the reason."""


def metric_info(entry: Entry) -> MetricInfo:
    """What must be known of a metric: its `INFO`, or its `info(params)` where that depends on the parameters."""
    component = entry.load()
    return component.info(entry.params()) if hasattr(component, "info") else component.INFO


def ascending(values: list[float]) -> list[float]:
    """`values`, the points of a curve. Raises ValueError where they are not in ascending order."""
    if any(later <= sooner for sooner, later in pairwise(values)):
        raise ValueError(f"{values}: should be in ascending order")
    return values


def component_name(entry: Entry) -> str:
    """The metric's component; of a generic one with what it `calls(params)`, as that tells other metrics apart."""
    component = entry.load()
    return f"{entry.component} {component.calls(entry.params())}" if hasattr(component, "calls") else entry.component


def has_settings(entry: Entry) -> bool:
    """Whether the metric's component has parameters of its own, that could be set otherwise."""
    return entry.load().Params.model_fields.keys() != MetricParams.model_fields.keys()
