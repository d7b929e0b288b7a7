"""What the page's scripts know of its tables: their rows' labels, values and differences, as JSON."""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from smoot.report.page import Cell, Row, Table

FACETS = {
    "dataset": "data set",
    "model": "model",
    "method": "method",
    "attribution": "attribution",
    "category": "category",
}
"""The labels that rows are chosen by, and what a reader calls them."""
MOST = 50
"""Methods of a table that a page knows all differences of: their number grows with the square."""


def facets(shown: Sequence[Table]) -> dict[str, list[str]]:
    """The values that there are of each of FACETS; none where there is nothing to choose."""
    values: dict[str, dict[str, None]] = {facet: {} for facet in FACETS}
    for table in shown:
        values["method"] |= {column.method: None for column in table.columns if column.method}
        for row in table.rows:
            for facet in FACETS:
                if row.labels.get(facet):
                    values[facet][row.labels[facet]] = None
    return {facet: list(found) for facet, found in values.items() if len(found) > 1}


def compared_methods(shown: Sequence[Table]) -> tuple[str, list[str]]:
    """The method that tables compare with, empty if not all with one; and every method that a reader can choose."""
    given = {table.compared_with for table in shown if table.compared_with}
    free = [table for table in shown if any(table.compared_with not in pair for pair in method_pairs(table))]
    methods = {method: None for table in free for pair in method_pairs(table) for method in pair}
    in_order = [column.method for table in shown for column in table.columns if column.method in methods]
    return given.pop() if len(given) == 1 else "", list(dict.fromkeys([*in_order, *methods]))


def method_pairs(table: Table) -> list[tuple[str, str]]:
    """The pairs of methods whose difference some row knows, in one order each; of more than MOST methods, those with
    `compared_with`."""
    known: dict[tuple[str, str], None] = {}
    for row in table.rows if table.compared_with else ():
        known |= {pair: None for pair in row.differences if pair[::-1] not in known}
    if len({method for pair in known for method in pair}) > MOST:
        return [pair for pair in known if table.compared_with in pair]
    return list(known)


def groups(table: Table) -> list[tuple[str, list[tuple[int, Row]]]]:
    """(category, its rows with their places). One group without a name, unless each category stands together."""
    rows = list(enumerate(table.rows))
    together = [
        (category, list(part)) for category, part in groupby(rows, key=lambda row: row[1].labels.get("category", ""))
    ]
    names = [category for category, _ in together]
    apart = len(names) > 1 and len(set(names)) == len(names) and all(names)
    return together if apart else [("", rows)]


def data(table: Table) -> Markup:
    """JSON: the method compared with, the pairs, and a row each of its labels, values and differences."""
    of_table = method_pairs(table)
    rows = []
    for row in table.rows:
        entry: dict[str, Any] = {"labels": row.labels, "values": [_value(cell) for cell in row.cells]}
        if of_table:
            entry["differences"] = [_of_pair(row, pair) for pair in of_table]
        rows.append(entry)
    content = {"compared": table.compared_with, "pairs": of_table, "rows": rows}
    return htmlsafe_json_dumps(content, separators=(",", ":"), ensure_ascii=False)


def _value(cell: Cell) -> float | None:
    known = cell.value is not None and math.isfinite(cell.value)
    return float(f"{cell.value:.7g}") if known else None


def _of_pair(row: Row, pair: tuple[str, str]) -> list[float] | None:
    difference = row.differences.get(pair)
    if difference is None and pair[::-1] in row.differences:
        difference = row.differences[pair[::-1]].reversed
    if difference is None or not difference.known:
        return None
    low, high = difference.interval
    shown = [
        compact_number(difference.mean),
        compact_number(low),
        compact_number(high),
        compact_number(difference.improvement, 2),
    ]
    return [*shown, int(difference.apart)]  # type: ignore[list-item]


def compact_number(value: float, digits: int = 3) -> float | None:
    """The number with the digits that are shown, so that a script rounds to the same; what is not 0 keeps its sign."""
    if not math.isfinite(value):
        return None
    return round(value, digits) or (math.copysign(10.0 ** -(digits + 1), value) if value else 0)
