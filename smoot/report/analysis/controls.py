"""Each control beside the method that it is held against: what a method has that its control has not."""

from collections.abc import Mapping
from dataclasses import dataclass

from smoot.artifacts.run import RunRecord
from smoot.report.analysis.comparison import Difference, ScoreRow, ScoreTable
from smoot.report.analysis.controlled import controlled, of_components


@dataclass(frozen=True)
class Contrast:
    """One row of the summary."""

    row: ScoreRow
    differences: dict[tuple[str, str], Difference]
    """method − control, by both names."""


def pairs(runs: Mapping[str, RunRecord], methods: list[str]) -> list[tuple[str, str]]:
    """(method, control) in the order of `methods`; then (method, what it stands beside), if there is any control.

    runs: a record of each method. methods: the grid's.
    """
    present = [method for method in methods if method in runs]
    of_controls = [
        (method, control)
        for control in present
        for method in controlled(runs, control)
        if method in present and method != control
    ]
    of_controls.sort(key=lambda pair: (present.index(pair[0]), present.index(pair[1])))
    beside = [
        (method, other)
        for method in present
        for other in of_components(runs, runs[method].beside)
        if other in present and other != method
    ]
    return list(dict.fromkeys(of_controls + beside)) if of_controls else []


def contrasts(tables: list[ScoreTable], held: list[tuple[str, str]], attribution: str) -> list[Contrast]:
    """The contrasts of all metrics, by the attribution or of the model itself. held: as from `pairs`."""
    return [
        Contrast(row, {pair: row.compare(*pair) for pair in held})
        for table in tables
        for row in table.rows
        if held and row.attribution in ("", attribution)
    ]
