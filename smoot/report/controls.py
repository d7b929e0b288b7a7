"""Each control beside the method that it is held against: what a method has that its control has not."""

from dataclasses import dataclass

from smoot.report.comparison import Difference, Row, Table
from smoot.report.sanity import GRADIENT

# Pairs of a method and its control.
PAIRS = [
    ("sgt", "random_mask"),
    ("sgt", "no_mask"),
    ("smoot", "scheduled_mask"),
    ("smoot", "baseline_equal_compute"),
    ("smoot", "sgt"),
]


@dataclass(frozen=True)
class Contrast:
    """One row of the summary. differences: method − control, by both names."""

    row: Row
    differences: dict[tuple[str, str], Difference]


def pairs(methods: list[str]) -> list[tuple[str, str]]:
    """Those of PAIRS of which the grid has both; none if it has no control."""
    found = [pair for pair in PAIRS if {*pair} <= {*methods}]
    return found if found != [("smoot", "sgt")] else []


def contrasts(tables: list[Table], methods: list[str], confidence: float) -> list[Contrast]:
    """Of all metrics, by the gradient or of the model itself."""
    held = pairs(methods)
    return [
        Contrast(row, {pair: row.compare(*pair, confidence) for pair in held})
        for table in tables
        for row in table.rows
        if held and row.attribution in ("", GRADIENT)
    ]
