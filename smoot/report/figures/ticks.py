"""What stands around a panel: grid lines, numbers and labels, as one line and plain text.

Matplotlib's own ticks take two thirds of the time of a small panel.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D

from smoot.report.figures.canvas import LEFT, SMALL
from smoot.report.figures.look import LINE, SOFT

STYLE: dict[str, Any] = {"color": SOFT, "size": SMALL}


def finish(axes: Axes, names: Sequence[str] = ()) -> None:
    """Draws them, for limits that stay as they are. names: of x = 0, 1, …, in the place of numbers."""
    width, height = axes.bbox.width, axes.bbox.height
    ys = _ticks(axes.yaxis, axes.get_ylim())
    gap = np.full(len(ys), np.nan)
    points = np.column_stack([np.zeros(len(ys)), np.ones(len(ys)), gap])
    levels = np.column_stack([list(ys), list(ys), gap])
    grid = Line2D(
        points.ravel(), levels.ravel(), transform=axes.get_yaxis_transform(), color=LINE, linewidth=0.5, zorder=-1
    )
    axes.figure.add_artist(grid)  # below all panels, and not one of the lines of any
    for value, text in ys.items():
        axes.text(
            -6 / width, value, text, transform=axes.get_yaxis_transform(), ha="right", va="center_baseline", **STYLE
        )
    if names:
        for place, name in enumerate(names):
            axes.text(
                place, -6 / height, name, transform=axes.get_xaxis_transform(), ha="right", va="top", rotation=35,
                rotation_mode="anchor", **STYLE,
            )  # fmt: skip
    else:
        for value, text in _ticks(axes.xaxis, axes.get_xlim()).items():
            axes.text(value, -14 / height, text, transform=axes.get_xaxis_transform(), ha="center", **STYLE)
    axes.text(0.5, -29 / height, axes.get_xlabel(), transform=axes.transAxes, ha="center", **STYLE)
    if label := axes.get_ylabel():
        left = (8 - LEFT) / width
        axes.text(
            left, 0.5, label, transform=axes.transAxes, ha="center", va="center", rotation=90, rotation_mode="anchor",
            **STYLE,
        )  # fmt: skip
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_visible(False)


def _ticks(axis: Axis, ends: tuple[float, float]) -> dict[float, str]:
    """Text by place, within the ends."""
    low, high = sorted(ends)
    margin = 1e-6 * (high - low)
    values = [v for v in axis.get_major_locator().tick_values(low, high) if low - margin <= v <= high + margin]
    return dict(zip(values, axis.get_major_formatter().format_ticks(values), strict=True))
