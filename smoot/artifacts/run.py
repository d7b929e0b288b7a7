"""A training run: its record, what it cost, and its history."""

from typing import Any

import pandas as pd
from pydantic import Field

from smoot.artifacts.dataset import DatasetSummary
from smoot.artifacts.paths import Cell
from smoot.artifacts.record import Record
from smoot.core.errors import SmootError
from smoot.core.files import write_csv


class Control(Record):
    """What a training method is a control of, and what it is to spend as much of."""

    of: tuple[str, ...]
    """The entries of `methods` that are held against it, if its own entry names them; else their components."""
    equal: tuple[str, ...] = ()
    """Budgets that are to be the same: keys of BUDGETS."""


BUDGETS = {
    "masked_images": "mean fraction of images masked",
    "masked_pixels": "mean fraction of pixels masked",
    "train_seconds": "seconds of training",
}
"""What a method spends: columns of the history, means over the run, and of the cost."""


class Weights(Record):
    """Where a model's first weights come from, if they are not drawn."""

    source: str
    """The file, or the hub's repository."""
    revision: str
    """The file's SHA-256, or the hub's revision."""
    drawn: tuple[str, ...] = ()
    """The tensors that did not fit and were drawn, such as the classifier's."""


class RunRecord(Record):
    """run.json."""

    dataset: str
    model: str
    method: str
    seed: int
    component: str
    """The training method's component, of which `method` is an entry."""
    trained: bool
    """False for a null: the model as it was drawn."""
    control: Control | None = None
    note: str = ""
    """What a reader must know of the method, such as that it is a reconstruction, in whole sentences."""
    beside: tuple[str, ...] = ()
    """Other entries of `methods` that the report holds it against, where there is a control."""
    metrics: dict[str, float]
    """Accuracy, loss and ece of the result, as {split}_{measure}, on val and test."""
    epochs: int
    """That were trained."""
    kept_epoch: int
    """After which of them the weights were kept, from 1; 0 of an untrained model."""
    parameters: int
    """The numbers that the model has to learn."""
    dataset_summary: DatasetSummary
    weights: Weights | None = None
    masking: dict[str, Any] = Field(default_factory=dict)
    """The options in which the method differs from the `masking` block."""
    recipe: dict[str, Any] = Field(default_factory=dict)
    """The options in which the method differs from the `training` block."""
    params: dict[str, Any]
    """The blocks of params.yaml that it was made with."""


class Cost(Record):
    """cost.json: what a run took, and the machine. It may differ between two runs of the same bits."""

    train_seconds: float
    """Of the training steps alone."""
    images_per_second: float | None
    """None where nothing was trained."""
    total_seconds: float
    """Loading and evaluation included."""
    peak_memory_bytes: int
    machine: dict[str, str | int | bool]
    """Device, precision, threads, and versions of packages."""
    deterministic: bool
    """Whether it comes out the same when it is made again on such a machine."""


def read_run(cell: Cell) -> RunRecord:
    """Raises SmootError where it is missing, damaged, or of another cell."""
    record = RunRecord.read(cell.run_record, "train the cell again")
    check_cell(record, cell, cell.run_record, "train the cell again")
    return record


def read_cost(cell: Cell) -> Cost:
    """Raises SmootError where it is missing or damaged."""
    return Cost.read(cell.cost, "train the cell again")


def write_history(cell: Cell, rows: list[dict[str, float]]) -> None:
    """rows: one an epoch, all with the same columns, of which `epoch`, from 1, is the first."""
    write_csv(cell.history, list(rows[0]) if rows else ["epoch"], rows)


def read_history(cell: Cell) -> pd.DataFrame:
    """One row an epoch. Raises SmootError where it is missing or damaged."""
    try:
        rows = pd.read_csv(cell.history)
    except FileNotFoundError:
        raise SmootError(f"{cell.history}: not there; train the cell again") from None
    except (OSError, ValueError) as error:
        raise SmootError(f"{cell.history}: damaged ({error}); train the cell again") from None
    numeric = all(pd.api.types.is_numeric_dtype(rows[name]) for name in rows) or rows.empty
    if "epoch" not in rows or not numeric:
        raise SmootError(f"{cell.history}: damaged (no table of numbers by epoch); train the cell again")
    return rows


def check_cell(record: Any, cell: Cell, path: Any, remedy: str) -> None:
    """Raises SmootError where a record has the coordinates of another cell. path: where it was."""
    found = Cell(record.dataset, record.model, record.method, record.seed)
    if found != cell:
        raise SmootError(f"{path}: of the cell {found}, where {cell} was expected; {remedy}")
