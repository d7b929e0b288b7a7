"""A training run: its record, what it cost, and its history."""

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pydantic import Field

from smoot.artifacts.dataset import DatasetSummary
from smoot.artifacts.paths import GridCell
from smoot.artifacts.record import Record, SealedRecord
from smoot.core.errors import SmootError
from smoot.core.files import write_csv

if TYPE_CHECKING:
    import pandas as pd


class Control(Record):
    """What a training method is a control of, and what it is to spend as much of."""

    of: tuple[str, ...]
    """Entries of `methods`, or components."""
    by_component: bool = True
    """Whether `of` names components, each of which means its entries that are no controls themselves."""
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


class Options(Record):
    """What a method's training depends on, beside the data and the model: all that params.yaml can say of it."""

    values: dict[str, Any]
    """The values by dotted key, such as "k", "training.lr" and "masking.ranking"; with defaults, and the method's
    overrides."""
    common: tuple[str, ...] = ()
    """The keys of `values` that mean the same in all methods of its kind."""
    unused: tuple[str, ...] = ()
    """The keys of `values` that change nothing, as the others are set."""


class RunRecord(SealedRecord):
    """run.json."""

    dataset: str
    model: str
    method: str
    seed: int
    component: str
    """The training method's component, of which `method` is an entry."""
    trained: bool
    """False for a null: the model as it was drawn."""
    draw: int = 0
    """The draw from the training seed; 0 is the first."""
    options: Options | None = None
    """None in a record of an older version."""
    control: Control | None = None
    note: str = ""
    """What a reader must know of the method, such as that it is a reconstruction, in whole sentences."""
    beside: tuple[str, ...] = ()
    """Other entries of `methods` that the report holds it against, where there is a control."""
    metrics: dict[str, float]
    """Accuracy, loss and ece of the result, as {split}_{measure}, on val and test."""
    epochs: int
    """The epochs that were trained."""
    kept_epoch: int
    """After which of them the weights were kept, from 1; 0 of an untrained model."""
    training_images: int | None = None
    """How many images it was trained on; None in a record of an older version: all of the data set's."""
    parameters: int
    """The numbers that the model has to learn."""
    dataset_summary: DatasetSummary
    weights_sha256: str
    """The digest of model.safetensors."""
    history_sha256: str
    """The digest of history.csv."""
    weights: Weights | None = None
    masking: dict[str, Any] = Field(default_factory=dict)
    """The options in which the method differs from the `masking` block."""
    recipe: dict[str, Any] = Field(default_factory=dict)
    """The options in which the method differs from the `training` block."""
    params: dict[str, Any]
    """The blocks of params.yaml that it was made with."""


class Cost(SealedRecord):
    """cost.json: what a run took, and the machine. It may differ between two runs of the same bits."""

    dataset: str
    model: str
    method: str
    seed: int
    train_seconds: float
    """Seconds spent in training steps."""
    images_per_second: float | None
    """None where nothing was trained."""
    total_seconds: float
    """Loading and evaluation included."""
    peak_memory_bytes: int
    machine: dict[str, str | int | bool]
    """Device, precision, threads, and versions of packages."""
    deterministic: bool
    """Whether it comes out the same when it is made again on such a machine."""


def read_run(cell: GridCell) -> RunRecord:
    """Raises SmootError where it is missing, damaged, or of another cell."""
    record = RunRecord.read(cell.run_record, "train the cell again")
    check_cell(record, cell, cell.run_record, "train the cell again")
    return record


def read_cost(cell: GridCell) -> Cost:
    """Raises SmootError where it is missing, damaged, or of another cell."""
    record = Cost.read(cell.cost, "train the cell again")
    check_cell(record, cell, cell.cost, "train the cell again")
    return record


def write_history(cell: GridCell, rows: list[dict[str, float]]) -> str:
    """The SHA-256 of what is written. rows: one an epoch, all with the same columns, of which `epoch` is the first."""
    write_csv(cell.history, list(rows[0]) if rows else ["epoch"], rows)
    return sha256(cell.history.read_bytes()).hexdigest()


def read_history(cell: GridCell, run: RunRecord) -> "pd.DataFrame":
    """One row an epoch. Raises SmootError as `history_text`."""
    import pandas as pd

    return pd.read_csv(BytesIO(history_text(cell, run)))


def history_text(cell: GridCell, run: RunRecord) -> bytes:
    """What `write_history` has written. Raises SmootError where it is missing, or not the one of the run."""
    try:
        content = cell.history.read_bytes()
    except FileNotFoundError:
        raise SmootError(f"{cell.history}: not there; train the cell again") from None
    except OSError as error:
        raise SmootError(f"{cell.history}: cannot be read: {error.strerror}; train the cell again") from None
    if sha256(content).hexdigest() != run.history_sha256:
        raise SmootError(f"{cell.history}: damaged, or of another run than {cell.run_record}; train the cell again")
    return content


def check_cell(record: Any, cell: GridCell, path: Any, remedy: str) -> None:
    """Raises SmootError where a record has the coordinates of another cell. path: where it was."""
    actual = GridCell(record.dataset, record.model, record.method, record.seed)
    if actual != cell:
        raise SmootError(f"{path}: of the cell {actual}, where {cell} was expected; {remedy}")
