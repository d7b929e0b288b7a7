"""The overview: the differences of every comparison, metric by metric."""

import math
import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from smoot.core.text import short
from smoot.report.figures.canvas import NORMAL, SMALL, aimed, sheet
from smoot.report.figures.intervals import aligned, intervals, segments
from smoot.report.figures.look import LINE, SOFT, Look

NAMES, COLUMN, NUMBER = 196, 148, 150  # pixels: of the names, the least of a column, and of a number beside
WIDTH, MOST = 720, 6  # the least of the figure, and the most columns side by side
BESIDE, BELOW, BARE = 25, 34, 17  # a row's height, by where its number stands, or without numbers
HEAD = 66  # a heading and the titles of columns


def forest(differences: pd.DataFrame, look: Look) -> Figure | None:
    """A row a metric, a column a comparison: the mean difference, its interval, and 0; right is better.

    To be seen: in the method's colour what is apart from 0, hollow and grey what is not; a grey band for the same
    difference of the null maps; and the numbers, not mirrored. Each metric has its own scale, the same for all
    comparisons. Of more than MOST comparisons each has a row, every metric a column, and there are no numbers.
    differences: place (a heading), metric (title), comparison (title), method (whose colour it has), mean, low, high
    (NaN where there is no interval), higher_is_better, apart, null_low, null_high (NaN where there is none), label (the
    number as text).
    """
    rows = differences.dropna(subset=["mean"])
    if rows.empty:
        return None
    rows = aligned(rows)
    return _many(rows, look) if rows["comparison"].nunique() > MOST else _few(rows, look)


def _few(rows: pd.DataFrame, look: Look) -> Figure:
    comparisons = list(rows["comparison"].unique())
    beside = len(comparisons) == 1
    row_height = BESIDE if beside else BELOW
    width = max(WIDTH, NAMES + COLUMN * len(comparisons))
    column = (width - NAMES) / len(comparisons)
    blocks = [(str(place), own, list(own["metric"].unique())) for place, own in rows.groupby("place", sort=False)]
    figure, axes = sheet(width, sum(HEAD + row_height * len(metrics) for *_, metrics in blocks))
    top = 0.0
    for place, own, metrics in blocks:
        edges = _rows(axes, place, top, width, row_height, len(metrics))
        up = own.groupby("metric")["higher_is_better"].first()
        middle = {metric: edge + (row_height / 2) for metric, edge in zip(metrics, edges, strict=False)}
        for metric in metrics:
            name = _title(metric, bool(up[metric]), 32)
            for line, text in enumerate(name):
                axes.text(0, middle[metric] + 3.5 + 11 * (line - (len(name) - 1) / 2), text)
        for number, comparison in enumerate(comparisons):
            left = NAMES + column * number
            half = (column - (NUMBER if beside else 0) - 24) / 2
            zero = left + 12 + half
            part = own[own["comparison"] == comparison]
            part = part.assign(y=part["metric"].map(middle) - (0 if beside else 6))
            colour = look.colours[part["method"].iloc[0]] if len(part) else SOFT
            axes.text(zero, top + 34, short(comparison, int(column / 6.5)), color=colour, weight="bold", ha="center")
            # Where a number stands below, the line leaves it room.
            _zero(axes, zero, top, [(edge, edge + row_height - (0 if beside else 16)) for edge in edges[:-1]])
            intervals(axes, part, zero, half, colour, comparison)
            for row in part.itertuples():
                x, base = (left + column - 4, row.y + 3.5) if beside else (zero, row.y + 16)
                axes.text(
                    x, base, row.label, size=SMALL, ha="right" if beside else "center",
                    color=colour if row.apart else SOFT, weight="bold" if row.apart else "normal",
                )  # fmt: skip
        top = edges[-1] + 12
    return figure


def _many(rows: pd.DataFrame, look: Look) -> Figure:
    comparisons = {row.comparison: look.colours[row.method] for row in rows.itertuples()}
    blocks = [
        (str(place), own[own["metric"].isin(chunk)], chunk)
        for place, own in rows.groupby("place", sort=False)
        for chunk in _chunks(list(own["metric"].unique()))
    ]
    column = COLUMN + 8
    width = max(WIDTH, NAMES + column * max(len(metrics) for *_, metrics in blocks))
    height = HEAD + BARE * len(comparisons)
    figure, axes = sheet(width, height * len(blocks))
    for number, (place, own, metrics) in enumerate(blocks):
        top = height * number
        edges = _rows(axes, place, top, NAMES + column * len(metrics), BARE, len(comparisons))
        middle = {name: edge + BARE / 2 for name, edge in zip(comparisons, edges, strict=False)}
        for name, colour in comparisons.items():
            axes.text(0, middle[name] + 3.5, short(name, 30), color=colour)
        up = own.groupby("metric")["higher_is_better"].first()
        for place_of, metric in enumerate(metrics):
            half = (column - 24) / 2
            zero = NAMES + column * place_of + 12 + half
            title = _title(metric, bool(up[metric]), 26)
            for line, text in enumerate(title):
                axes.text(zero, top + 36 + 11 * (line - len(title) + 1), text, weight="bold", ha="center")
            _zero(axes, zero, top, [(edges[0], edges[-1])])
            part = own[own["metric"] == metric]
            part = part.assign(y=part["comparison"].map(middle))
            for name, single in part.groupby("comparison", sort=False):
                intervals(axes, single, zero, half, comparisons[str(name)], str(name))
    return figure


def _title(metric: str, up: bool, width: int) -> list[str]:
    """The metric's name in at most two lines of that many characters, the last with the direction."""
    *first, last = textwrap.wrap(metric, width - 2, max_lines=2, placeholder="…") or [""]
    return [*first, aimed(last, up)]


def _chunks(metrics: list[str]) -> list[list[str]]:
    """At most MOST side by side, and about equally many."""
    size = math.ceil(len(metrics) / math.ceil(len(metrics) / MOST))
    return [metrics[start : start + size] for start in range(0, len(metrics), size)]


def _rows(axes: Axes, place: str, top: float, width: float, height: float, count: int) -> list[float]:
    """The edges of that many rows, with lines between them, under a heading."""
    axes.text(0, top + 16, short(place, 90), weight="bold", size=NORMAL * 1.1)
    edges = [top + HEAD - 12 + height * number for number in range(count + 1)]
    segments(axes, [(0, width, y, y) for y in edges], color=LINE, linewidth=0.5)
    return edges


def _zero(axes: Axes, zero: float, top: float, pieces: list[tuple[float, float]]) -> None:
    axes.text(zero, top + 47, "← worse | better →", color=SOFT, size=SMALL, ha="center")
    segments(axes, [(zero, zero, *ends) for ends in pieces], color=SOFT, linewidth=0.75, solid_capstyle="butt")
