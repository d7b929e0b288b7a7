"""What stands below a cell's text, in every format."""

from smoot.report.page import Cell
from smoot.report.words import number, with_interval


def small_print(cell: Cell) -> list[str]:
    """Parts, in their order, but for every seed's value."""
    parts = []
    if cell.difference is not None:
        told = with_interval(cell.difference)
        better = number(cell.difference.improvement, 2)
        parts.append(f"{told}, P(better) {better}" if cell.difference.bounded else told)
    return [*parts, *filter(None, [cell.detail, cell.hole])]
