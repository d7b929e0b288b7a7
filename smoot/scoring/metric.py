"""What a metric is: the contract of the modules in `smoot.metrics`."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, Literal

import numpy as np
from pydantic import Field

from smoot.core.params_file import Block

Category = Literal[
    "performance", "faithfulness", "robustness", "localisation", "complexity", "randomisation", "axiomatic"
]


@dataclass(frozen=True)
class About:
    """What a reader must know of a metric, in one place.

    citation: authors, venue, year. correct_only: an explanation of the true class says little where the model is
    wrong, so the report averages over the images that all trained models of a seed classify correctly. of_model: it
    is a property of the model and not of a map, so it is scored once, whatever the attributions. scale: why a map and
    the same map times a positive number score differently; empty where they score the same. cost:
    the most that an image takes beside its map, in forward passes (F), forward passes that all attributions share (S)
    and maps made anew (E), by the parameters and the image's height H and width W; empty where it takes none.
    """

    title: str
    category: Category
    higher_is_better: bool
    citation: str
    correct_only: bool = True
    of_model: bool = False
    scale: str = ""
    cost: str = ""

    @property
    def arrow(self) -> str:
        return "↑" if self.higher_is_better else "↓"


def about(component: ModuleType, params: Block) -> About:
    """What must be known of a metric: its `ABOUT`, or its `about(params)` where that depends on the parameters."""
    return component.about(params) if hasattr(component, "about") else component.ABOUT


class MetricParams(Block):
    """What all metrics have. images: the first so many of the panel's images only; all of them if not given."""

    images: int | None = Field(None, ge=1)


class NearbyParams(MetricParams):
    """What metrics of robustness have, so that the same values give the same perturbed images."""

    samples: int = Field(10, ge=1, description="perturbations an image; the score grows with it, so keep it fixed")
    radius: float = Field(0.1, gt=0, description="of the uniform noise, in normalised pixels")


@dataclass(frozen=True)
class Subject:
    """One model, its maps by one attribution, and what they were made from. n images.

    images: (n, C, H, W) float32, normalised. labels: (n,) int64. masks: (n, 1, H, W) uint8, the `Region` of every
    pixel, or (0, 1, H, W). maps: (n, 1, H, W) float32. explain: makes maps anew, `explain(model, images, labels)`, in
    NumPy. predict: logits (n, classes) of images (n, C, H, W), in NumPy. slots: (classes, 4) ints, where the shortcut's
    mark stands for each class, as top, left, height and width; None without a shortcut. complete: whether the maps
    promise to sum to f_y(x) − f_y(0). rows: (n,) which of the panel's images these are; None if all. shared: what
    `once` keeps, the same for all attributions of one model; None to keep nothing.

    A metric of the model meets maps that are zero, and an `explain` that is None.
    """

    model: Any = field(repr=False)
    images: np.ndarray
    labels: np.ndarray
    masks: np.ndarray
    maps: np.ndarray
    explain: Callable[..., np.ndarray] | None
    predict: Callable[[np.ndarray], np.ndarray]
    classes: int
    seed: int
    device: str
    slots: np.ndarray | None = None
    complete: bool = False
    rows: np.ndarray | None = None
    shared: dict[Any, Any] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> "Subject":
        """The images at `rows`, places or bools."""
        masks = self.masks[rows] if len(self.masks) else self.masks
        images, labels, maps = (array[rows] for array in (self.images, self.labels, self.maps))
        return replace(self, images=images, labels=labels, masks=masks, maps=maps, rows=self._rows[rows])

    def once(self, name: Any, make: Callable[[], Any]) -> Any:
        """`make()`, made only once for these images, whatever the attribution: it must not depend on the maps.

        name: of what is made, with the parameters that it depends on.
        """
        if self.shared is None:
            return make()
        key = (name, self._rows.tobytes())
        if key not in self.shared:
            self.shared[key] = make()
        return self.shared[key]

    @property
    def _rows(self) -> np.ndarray:
        return np.arange(len(self)) if self.rows is None else self.rows


@dataclass(frozen=True)
class Scores:
    """values: (n,) float, NaN where there is none. curves: named (n, points) arrays, for the report to draw."""

    values: np.ndarray
    curves: dict[str, np.ndarray] = field(default_factory=dict)


class NotApplicableError(Exception):
    """A metric or an attribution says nothing about this subject; the message is the reason that the report gives."""


class UndefinedError(Exception):
    """A metric that applies meets halfway what it can give no score of; the message is the reason."""
