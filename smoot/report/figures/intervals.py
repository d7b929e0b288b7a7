"""Differences with their intervals around 0, right being better, and the grey band of a null behind them."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from smoot.report.figures.look import NULL, PAPER

ENDS = ["centre", "left", "right", "null_left", "null_right"]


def aligned(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with ENDS in [-1, 1]: mirrored so that right is better, one scale for each place and metric."""
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
    return rows.assign(**dict(zip(ENDS, columns.T, strict=True)))


def intervals(axes: Axes, rows: pd.DataFrame, zero: float, half: float, colour: str, name: str) -> None:
    """Draws one comparison: in its colour what is apart from 0, hollow and grey what is not.

    rows: as from `aligned`, with y. zero, half: where 0 is, and how far 1 is from it.
    """
    frame = rows.assign(**{place: zero + half * rows[place] for place in ENDS})
    known = frame.dropna(subset=["null_left", "null_right"])
    bands = [(row.null_left, row.null_right, row.y, row.y) for row in known.itertuples()]
    segments(axes, bands, color=NULL, alpha=0.28, linewidth=7, solid_capstyle="butt", label=f"{name}: null maps")
    for apart, part in frame.groupby(frame["apart"].astype(bool)):
        shade = colour if apart else NULL
        label = f"{name}: {'apart' if apart else 'not apart'}"
        lines = [(row.left, row.right, row.y, row.y) for row in part.itertuples()]
        segments(axes, lines, color=shade, linewidth=1.5, solid_capstyle="butt", label=label)
        axes.plot(
            part["centre"], part["y"], "o", color=shade, markersize=4.5, label=label,
            markerfacecolor=shade if apart else PAPER, markeredgecolor=shade, markeredgewidth=1.0,
        )  # fmt: skip


def segments(axes: Axes, ends: list[tuple[float, float, float, float]], **style: Any) -> None:
    """(x, x, y, y) of each, as one object."""
    if ends:
        points = np.array(ends, float)
        gap = np.full((len(points), 1), np.nan)
        axes.plot(np.hstack([points[:, :2], gap]).ravel(), np.hstack([points[:, 2:], gap]).ravel(), **style)
