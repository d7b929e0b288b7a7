"""The scores of one cell by one panel, and the maps that its gallery shows."""

from itertools import chain
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from smoot.artifacts.dataset import Split
from smoot.artifacts.metric_info import MetricInfo
from smoot.artifacts.paths import ARRAYS, CELL_METADATA, GridCell
from smoot.artifacts.record import Record, SealedRecord
from smoot.artifacts.run import check_cell
from smoot.core.errors import SmootError
from smoot.core.files import write_npz

MAP = "map."  # before an attribution's name, in the .npz file


class Curve(Record):
    """What a metric measures at several points."""

    x: tuple[float, ...]
    """(points,), ascending."""
    x_label: str
    y_label: str
    values: tuple[tuple[float | None, ...], ...]
    """(n, points): of each image; null where there is none."""
    limits: tuple[float, float] | None = None
    """The range that y can have, if it is known."""
    reference: bool = False
    """Whether it is what the others are held against, such as a random order: it is drawn dashed."""

    @model_validator(mode="after")
    def _has_a_value_a_point(self) -> Self:
        if {*map(len, self.values)} - {len(self.x)}:
            raise ValueError(f"values: not {len(self.x)} an image, as x has")
        return self

    @property
    def mean(self) -> np.ndarray:
        """(points,) over the images that have a value there; NaN where none has."""
        values = np.array([*chain.from_iterable(self.values)], dtype=float).reshape(-1, len(self.x))
        finite = np.isfinite(values)
        return np.divide(
            np.where(finite, values, 0).sum(0), finite.sum(0), out=np.full(len(self.x), np.nan), where=finite.any(0)
        )


class ScoreRecord(Record):
    """One metric by one attribution."""

    attribution: str
    """A key of the panel's attributions; empty for a metric of the model itself."""
    metric: str
    """A key of the panel's metrics."""
    component: str
    """What it is an entry of. Of the generic one with the name of what it calls."""
    arguments: dict[str, Any]
    """The entry's parameters."""
    has_settings: bool
    """Whether the component has parameters that could be set otherwise."""
    info: MetricInfo
    applies: bool
    """Whether the metric says anything of such a model and map at all."""
    values: tuple[float | None, ...]
    """(n,): of each of the metric's images."""
    reason: str | None
    """Why some values are null."""
    curves: dict[str, Curve] = Field(default_factory=dict)
    """The curves by the name of each line, such as "random"."""
    summaries: dict[str, tuple[float | None, ...]] = Field(default_factory=dict)
    """(n,) each, by the names in `info.summaries`."""

    @model_validator(mode="after")
    def _is_of_the_same_images(self) -> Self:
        lengths = {len(curve.values) for curve in self.curves.values()} | {len(row) for row in self.summaries.values()}
        if lengths - {len(self.values)}:
            raise ValueError(f"values, curves and summaries: not of the same {len(self.values)} images")
        return self


class AttributionRecord(Record):
    """What a reader must know of an attribution."""

    component: str
    null: bool = False
    """Whether its maps say nothing of the model: a map of a model should beat them."""
    complete: bool = False
    """Its maps promise to sum to f_y(x) − f_y(0)."""
    of: str = ""
    """The model that the map is of: "baseline", or empty for that of the scored model."""
    on: str = ""
    """On which model it is tried: "baseline", or empty for the scored model."""
    own: str = ""
    """Where `of` or `on` is not empty: the entry of the same map of the scored model, tried on that model."""


class PanelScores(SealedRecord):
    """{panel}.json."""

    dataset: str
    model: str
    method: str
    seed: int
    panel: str
    weights_sha256: str
    """The digest of the weights that were scored."""
    baseline_sha256: str = ""
    """The digest of the weights of the baseline's model, if an attribution asks for it; else empty."""
    split: Literal["test", "val"]
    images: tuple[int, ...]
    """(n,): places in the split."""
    labels: tuple[int, ...]
    predictions: tuple[int, ...]
    shares: dict[str, float]
    """The fraction of an image that each region covers, by its name; empty without masks."""
    attributions: dict[str, AttributionRecord]
    results: tuple[ScoreRecord, ...]
    params: dict[str, Any]
    """The blocks of params.yaml that they were made with."""

    @model_validator(mode="after")
    def _is_of_the_same_images(self) -> Self:
        size = len(self.images)
        if {len(self.labels), len(self.predictions)} != {size} or any(len(s.values) > size for s in self.results):
            raise ValueError(f"labels, predictions and values: not of the same {size} images")
        return self

    @property
    def correct(self) -> np.ndarray:
        """(n,) bool."""
        return np.array(self.labels) == np.array(self.predictions)


def read_scores(cell: GridCell, panel: str) -> PanelScores:
    """Raises SmootError where it is missing, damaged, or of another cell or panel."""
    path = cell.scores(panel)
    record = PanelScores.read(path, "score the cell again")
    check_cell(record, cell, path, "score the cell again")
    if record.panel != panel:
        raise SmootError(f"{path}: of the panel {record.panel}, where {panel} was expected; score the cell again")
    return record


def write_maps(cell: GridCell, panel: str, split: Split, maps: dict[str, np.ndarray]) -> None:
    """split: g images. maps: (g, 1, H, W) float32 by attribution."""
    arrays = {array: getattr(split, array) for array in ARRAYS} | {CELL_METADATA: np.array(f"{cell}/{panel}")}
    write_npz(cell.maps(panel), arrays | {f"{MAP}{name}": values for name, values in maps.items()})


def read_maps(cell: GridCell, panel: str) -> tuple[Split, dict[str, np.ndarray]]:
    """What `write_maps` has written. Raises SmootError where it is missing or damaged."""
    path = cell.maps(panel)
    try:
        with np.load(path) as file:
            arrays = dict(file)
        owner = str(arrays.pop(CELL_METADATA))
        split = Split(**{array: arrays.pop(array) for array in ARRAYS})
        if any(len(values) != len(split) for values in [split.images, *arrays.values()]):
            raise ValueError("its arrays are of different lengths")
    except FileNotFoundError:
        raise SmootError(f"{path}: not there; score the cell again") from None
    except Exception as error:  # NumPy and zipfile say it in a dozen ways
        raise SmootError(f"{path}: damaged ({type(error).__name__}: {error}); score the cell again") from None
    if owner != f"{cell}/{panel}":
        raise SmootError(f"{path}: of {owner}, where {cell}/{panel} was expected; score the cell again")
    return split, {name.removeprefix(MAP): values for name, values in arrays.items()}
