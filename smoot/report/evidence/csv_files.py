"""The tables of a report as CSV files: whoever reads them gets back, to the last bit, what was written."""

import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from smoot.artifacts.results import CELL_COLUMNS, NUMBER_TYPES, RESULT_COLUMNS
from smoot.artifacts.run import Cost
from smoot.core.errors import SmootError
from smoot.core.files import write_text
from smoot.report.evidence.curves import ABOUT, POINTS

REMEDY = "make that report again"


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Atomically, floats in full precision, NaN as nothing."""
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def parse_results(text: str, name: str) -> pd.DataFrame:
    """results.csv, with COLUMNS, of its content. name: what an error calls it.

    Raises SmootError, of one line, where it is damaged or of something else.
    """
    return _parse(text, name, NUMBER_TYPES, RESULT_COLUMNS)


def write_curves(path: Path, curves: pd.DataFrame) -> None:
    """A row a curve and not a point, which would be ten times as large. curves: POINTS."""
    groups = curves.groupby(ABOUT, sort=False, dropna=False).ngroup().to_numpy()
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    rows = curves.iloc[order[starts]][ABOUT]
    points = {axis: np.split(curves[axis].to_numpy()[order], starts[1:]) for axis in ("x", "y")}
    written = {axis: [" ".join(map(repr, part.tolist())) for part in parts] for axis, parts in points.items()}
    write_table(path, rows.assign(**{axis: texts[: len(rows)] for axis, texts in written.items()}))


def read_curves(path: Path) -> pd.DataFrame:
    """POINTS, as `write_curves` was given it. Raises SmootError where it is missing or damaged."""
    columns = [*ABOUT, "x", "y"]
    packed = _parse(read_text(path), str(path), {"seed": int, "reference": bool, "low": float, "high": float}, columns)
    try:
        lists = {axis: [[float(number) for number in text.split()] for text in packed[axis]] for axis in ("x", "y")}
        points = packed.assign(**lists).explode(["x", "y"], ignore_index=True)
    except ValueError as error:
        raise SmootError(f"{path}: damaged ({error}); {REMEDY}") from None
    return points[POINTS].astype({"x": float, "y": float})


def write_histories(path: Path, history: pd.DataFrame) -> None:
    """history: one row an epoch of a run; without columns where nothing was trained."""
    write_table(path, history if len(history) else pd.DataFrame(columns=CELL_COLUMNS))


def read_histories(path: Path) -> pd.DataFrame:
    """What `write_histories` was given. Raises SmootError where it is missing or damaged."""
    text = read_text(path)
    header = text.partition("\n")[0].split(",")
    if lacking := [name for name in CELL_COLUMNS if name not in header]:
        raise SmootError(f"{path}: damaged (no column {', '.join(lacking)}); {REMEDY}")
    measured: dict[str, type] = {name: float for name in header if name not in CELL_COLUMNS}
    whole = {name: int for name in ("seed", "epoch") if name in header}
    history = _parse(text, str(path), measured | whole, header)
    return history if len(history) else pd.DataFrame()


def write_costs(path: Path, costs: pd.DataFrame) -> None:
    """costs: one row a run, the fields of `Cost`."""
    write_table(path, costs.assign(machine=[json.dumps(machine, sort_keys=True) for machine in costs["machine"]]))


def read_costs(path: Path) -> pd.DataFrame:
    """What `write_costs` was given. Raises SmootError where it is missing or damaged."""
    numbers = {"seed": int, "train_seconds": float, "images_per_second": float, "total_seconds": float}
    numbers |= {"peak_memory_bytes": int, "deterministic": bool}
    rows = _parse(read_text(path), str(path), numbers, list(Cost.model_fields)).to_dict("records")
    try:
        costs = [
            Cost(
                **row
                | {
                    "machine": json.loads(row["machine"]),
                    "images_per_second": None if np.isnan(row["images_per_second"]) else row["images_per_second"],
                }
            )
            for row in rows
        ]
    except (ValidationError, ValueError) as error:
        raise SmootError(f"{path}: damaged ({str(error).splitlines()[0]}); {REMEDY}") from None
    return pd.DataFrame([dict(cost) for cost in costs])


def read_text(path: Path) -> str:
    """Raises SmootError, of one line, where it is missing or no text."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SmootError(f"{path}: not there; {REMEDY}") from None
    except OSError as error:
        raise SmootError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SmootError(f"{path}: damaged (no text); {REMEDY}") from None


def _parse(text: str, name: str, numbers: Mapping[str, type], columns: list[str]) -> pd.DataFrame:
    """The columns in `numbers` by their types, "" as NaN; all others as text, whatever it looks like."""
    try:
        table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise SmootError(f"{name}: no CSV file ({' '.join(str(error).split())})") from None
    if list(table) != columns:
        raise SmootError(f"{name}: has the columns {', '.join(table)}; allowed: {', '.join(columns)}")
    try:
        converted: dict[str, Any] = {column: _typed(table[column], kind) for column, kind in numbers.items()}
    except ValueError as error:
        raise SmootError(f"{name}: damaged ({error}); {REMEDY}") from None
    return table.assign(**converted)


def _typed(column: pd.Series, kind: type) -> pd.Series:
    if kind is bool:
        if strangers := set(column) - {"True", "False"}:
            raise ValueError(f"{column.name}: {min(strangers)!r}: should be True or False")
        return column == "True"
    values = column.to_numpy(dtype=object)
    if kind is float:
        values = np.where(values == "", "nan", values)
    return pd.Series([kind(value) for value in values], index=column.index, dtype=kind)
