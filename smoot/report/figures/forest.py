"""The overview: every method's difference to the baseline, metric by metric."""

import math
import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from smoot.core.text import short
from smoot.report.figures.canvas import NORMAL, SMALL, aimed, sheet
from smoot.report.figures.look import LINE, NULL, PAPER, SOFT, Look

NAMES, COLUMN, NUMBER = 196, 148, 150  # pixels: of the metrics' names, the least of a method, and of a number beside
WIDTH, MOST = 720, 6  # the least of the figure, and the most methods side by side
BESIDE, BELOW = 25, 34  # a row's height, by where its number stands


def forest(differences: pd.DataFrame, look: Look) -> Figure | None:
    """A row a metric, a column a method: the mean difference, its interval, and 0; right is better.

    To be seen: in the method's colour what is apart from 0, hollow and grey what is not; a grey band for the same
    difference of the random map; and the numbers, not mirrored. Each row has its own scale, the same for all its
    methods. differences: place (a heading), metric (title), method, mean, low, high (NaN where there is no interval),
    higher_is_better, apart, null_low, null_high (NaN where there is none), label (the number as text).
    """
    rows = differences.dropna(subset=["mean"])
    if rows.empty:
        return None
    present = set(rows["method"].unique())
    methods = [method for method in look.methods if method in present]
    parts = math.ceil(len(methods) / MOST)
    size = math.ceil(len(methods) / parts)
    chunks = [methods[start : start + size] for start in range(0, len(methods), size)]
    rows = _aligned(rows)
    blocks = [
        (place, own[own["method"].isin(chunk)], chunk, list(own["metric"].unique()))
        for place, own in rows.groupby("place", sort=False)
        for chunk in chunks
    ]
    beside = size == 1
    row_height = BESIDE if beside else BELOW
    width = max(WIDTH, NAMES + COLUMN * size)
    heights = [66 + row_height * len(metrics) for *_, metrics in blocks]
    figure, axes = sheet(width, sum(heights))
    top = 0.0
    for (place, own, chunk, metrics), height in zip(blocks, heights, strict=True):
        _block(axes, own, place, chunk, metrics, top, row_height, (width - NAMES) / len(chunk), beside, look)
        top += height
    return figure


def _aligned(rows: pd.DataFrame) -> pd.DataFrame:
    """With centre, left, right, null_left, null_right in [-1, 1]: mirrored so that right is better, a scale a row."""
    sign = np.where(rows["higher_is_better"], 1.0, -1.0)
    ends = np.sort(rows[["low", "high"]].to_numpy(float) * sign[:, None], axis=1)
    nulls = np.sort(rows[["null_low", "null_high"]].to_numpy(float) * sign[:, None], axis=1)
    centre = rows["mean"].to_numpy(float) * sign
    own = pd.Series(np.nanmax(np.abs(np.column_stack([ends, centre])), axis=1), index=rows.index)
    of_nulls = pd.Series(np.abs(np.nan_to_num(nulls)).max(axis=1), index=rows.index)
    keys = [rows["place"], rows["metric"]]
    scale = own.groupby(keys).transform("max")
    # A null that varies far more than the methods must not flatten them: its band is cut at the edge.
    scale = np.maximum(scale, np.minimum(of_nulls.groupby(keys).transform("max"), 1.5 * scale)).to_numpy(float)
    scale = np.where(scale > 0, scale, 1.0)
    columns = np.column_stack([centre, ends, nulls.clip(-scale[:, None], scale[:, None])]) / scale[:, None]
    names = ["centre", "left", "right", "null_left", "null_right"]
    return rows.assign(**dict(zip(names, columns.T, strict=True)))


def _block(
    axes: Axes, rows: pd.DataFrame, place: str, methods: list[str], metrics: list[str],
    top: float, row_height: float, column: float, beside: bool, look: Look,
) -> None:  # fmt: skip
    axes.text(0, top + 16, short(place, 90), weight="bold", size=NORMAL * 1.1)
    first = top + 54
    right = NAMES + column * len(methods)
    edges = [first + row_height * number for number in range(len(metrics) + 1)]
    _segments(axes, [(0, right, y, y) for y in edges], color=LINE, linewidth=0.5)
    up = rows.groupby("metric")["higher_is_better"].first()
    middle = {metric: edge + (row_height / 2) for metric, edge in zip(metrics, edges, strict=False)}
    for metric in metrics:
        name = textwrap.wrap(aimed(metric, bool(up[metric])), 32, max_lines=2, placeholder="…")
        for line, text in enumerate(name):
            axes.text(0, middle[metric] + 3.5 + 11 * (line - (len(name) - 1) / 2), text)
    for number, method in enumerate(methods):
        left = NAMES + column * number
        half = (column - (NUMBER if beside else 0) - 24) / 2
        zero = left + 12 + half
        colour = look.colours[method]
        axes.text(zero, top + 34, short(method, int(column / 6.5)), color=colour, weight="bold", ha="center")
        axes.text(zero, top + 47, "← worse | better →", color=SOFT, size=SMALL, ha="center")
        own = rows[rows["method"] == method]
        y = own["metric"].map(middle) - (0 if beside else 6)
        place_x = {name: zero + half * own[name] for name in ("centre", "left", "right", "null_left", "null_right")}
        frame = pd.DataFrame(place_x).assign(y=y, apart=own["apart"].astype(bool), label=own["label"])
        known = frame.dropna(subset=["null_left", "null_right"])
        bands = [(row.null_left, row.null_right, row.y, row.y) for row in known.itertuples()]
        _segments(
            axes, bands, color=NULL, alpha=0.28, linewidth=7, solid_capstyle="butt", label=f"{method}: random map"
        )
        # Where a number stands below, the line leaves it room.
        ticks = [(zero, zero, edge, edge + row_height - (0 if beside else 16)) for edge in edges[:-1]]
        _segments(axes, ticks, color=SOFT, linewidth=0.75, solid_capstyle="butt")
        for apart, part in frame.groupby("apart"):
            shade = colour if apart else NULL
            label = f"{method}: {'apart' if apart else 'not apart'}"
            _segments(
                axes,
                [(row.left, row.right, row.y, row.y) for row in part.itertuples()],
                color=shade,
                linewidth=1.5,
                solid_capstyle="butt",
                label=label,
            )
            axes.plot(
                part["centre"], part["y"], "o", color=shade, markersize=4.5, label=label,
                markerfacecolor=shade if apart else PAPER, markeredgecolor=shade, markeredgewidth=1.0,
            )  # fmt: skip
        for row in frame.itertuples():
            x, base = (left + column - 4, row.y + 3.5) if beside else (zero, row.y + 16)
            axes.text(
                x, base, row.label, size=SMALL, ha="right" if beside else "center",
                color=colour if row.apart else SOFT, weight="bold" if row.apart else "normal",
            )  # fmt: skip


def _segments(axes: Axes, segments: list[tuple[float, float, float, float]], **style: Any) -> None:
    """(x, x, y, y) of each, as one object."""
    if segments:
        points = np.array(segments, float)
        gap = np.full((len(points), 1), np.nan)
        axes.plot(np.hstack([points[:, :2], gap]).ravel(), np.hstack([points[:, 2:], gap]).ravel(), **style)
