"""Laying out figures, in pixels: panels under headings, one legend, quiet axes."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from smoot.core.text import short
from smoot.report.figures.look import INK, LINE, Look, beginning
from smoot.report.figures.palette import Marker

DPI = 96  # of CSS: a unit of layout is a pixel of the page
WIDTH = 1140
SMALL, NORMAL = 9 * 72 / DPI, 10 * 72 / DPI

matplotlib.rcParams.update(
    {
        "font.family": ["DejaVu Sans", "sans-serif"], "font.size": NORMAL, "text.color": INK,
        "pdf.fonttype": 42,
        "axes.formatter.useoffset": False, "axes.formatter.limits": (-9, 9), "axes.titlesize": NORMAL,
        "axes.edgecolor": LINE, "axes.linewidth": 0.75, "axes.facecolor": "none",
        "axes.spines.top": False, "axes.spines.right": False,
        "legend.fontsize": NORMAL, "legend.frameon": False,
        "lines.linewidth": 1.0, "lines.solid_capstyle": "round",
    }
)  # fmt: skip

LEFT, RIGHT, LINE_HEIGHT = 54, 12, 13  # of a panel, for its ticks, and of its title
HEADING, LEGEND_ROW = 26, 17


def blank(width: float, height: float) -> Figure:
    figure = Figure((width / DPI, height / DPI), dpi=DPI)
    figure.patch.set_visible(False)
    return figure


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure to draw on in pixels from its top left."""
    figure = blank(width, height)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return figure, axes


def panels(
    titles: Mapping[str, Sequence[str]],
    legend: Sequence[Artist],
    columns: int = 4,
    height: float = 130,
    bottom: float = 38,
    width: float = WIDTH,
    least: int = 3,
) -> tuple[Figure, dict[str, list[Axes]]]:
    """The figure, and by heading its panels.

    Under each heading stand panels of these titles, side by side and then in rows; headings that fit share a row. Above
    all is one legend. height: of a panel's inside. bottom: what is below it. width: of `columns` panels. least: so few
    panels leave the rest of it empty.
    """
    most = max(map(len, titles.values()))
    columns = min(columns, most if most > columns else sum(map(len, titles.values())))
    cell = width / max(columns, least)
    total = cell * columns
    entries = _legend_columns(legend, total)
    y = LEGEND_ROW * math.ceil(len(legend) / entries) + 4 if legend else 0.0
    above = 8 + LINE_HEIGHT * max(len(_title(title, cell)) for own in titles.values() for title in own)
    block = above + height + bottom
    headings, places = [], {}
    x, used = 0, 0.0
    for heading, own in titles.items():
        wide = min(len(own), columns)
        if x and x + wide > columns:
            x, y = 0, y + used
        first = y + (HEADING if heading else 0)
        headings.append((heading, x * cell + 2, y + 16))
        places[heading] = [
            ((x + number % columns) * cell, first + block * (number // columns)) for number in range(len(own))
        ]
        used = first - y + block * math.ceil(len(own) / columns)
        x += wide
    figure = blank(total, y + used)
    width_px, height_px = total, y + used
    for heading, left, base in headings:
        figure.text(left / width_px, 1 - base / height_px, short(heading, 80), weight="bold", size=NORMAL * 1.1)
    axes = {
        heading: [
            _panel(figure, left + LEFT, top + above, cell - LEFT - RIGHT, height, "\n".join(_title(title, cell)))
            for (left, top), title in zip(places[heading], own, strict=True)
        ]
        for heading, own in titles.items()
    }
    if legend:
        figure.legend(
            handles=list(legend), labels=[short(str(handle.get_label()), 40) for handle in legend], ncols=entries,
            loc="upper left", bbox_to_anchor=(0, 1), borderaxespad=0, borderpad=0.2, handletextpad=0.5,
            handlelength=1.8, columnspacing=1.6, labelspacing=0.45,
        )  # fmt: skip
    return figure, axes


def _panel(figure: Figure, left: float, top: float, width: float, height: float, title: str) -> Axes:
    figure_width, figure_height = figure.get_size_inches() * DPI
    axes = figure.add_axes(
        (left / figure_width, 1 - (top + height) / figure_height, width / figure_width, height / figure_height)
    )
    axes.set_title(title, loc="left", pad=4, y=1)  # a given y spares looking for one
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(4, min_n_ticks=2))
    return axes


def _title(title: str, cell: float) -> list[str]:
    """The title in at most two lines."""
    return textwrap.wrap(title, int((cell - LEFT) / 6), max_lines=2, placeholder="…") or [""]


def _legend_columns(legend: Sequence[Artist], width: float) -> int:
    longest = max((len(short(str(handle.get_label()), 40)) for handle in legend), default=0)
    return int(max(1, min(len(legend), width // (longest * 6.6 + 46))))


def method_handles(methods: Sequence[str], look: Look, line: bool = False, marker: bool = True) -> list[Artist]:
    """For a legend: the line and marker of each method, as they are drawn; those that look alike together."""
    alike: dict[tuple[str, Marker], list[str]] = {}
    for method in methods:
        alike.setdefault((look.colours[method], look.markers[method]), []).append(method)
    return [
        Line2D(
            [], [], color=colour, marker=shape if marker else "", markersize=4.5, markeredgewidth=0,
            linestyle="-" if line else "", label=from_to(names),
        )
        for (colour, shape), names in alike.items()
    ]  # fmt: skip


def from_to(names: Sequence[str]) -> str:
    """Such as "sgt_1 … 4" of sgt_1, sgt_2, sgt_3 and sgt_4."""
    if len(names) == 1:
        return names[0]
    return f"{names[0]} … {names[-1].removeprefix(beginning([names[0], names[-1]]))}"


def span(*arrays: Any) -> tuple[float, float]:
    """The lowest and highest finite number of all; NaNs without any."""
    values = np.concatenate([np.ravel(np.asarray(array, float)) for array in arrays])
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else (math.nan, math.nan)


def limits(own: tuple[float, float], other: tuple[float, float], most: float = 2.0) -> tuple[float, float]:
    """An axis' limits around `own`, and around `other` as far as that is at most `most` times as long on a side."""
    low, high = own
    length = (high - low) or abs(low) * 0.1 or 1.0
    if math.isfinite(other[0]):
        low = max(min(low, other[0]), low - most * length)
        high = min(max(high, other[1]), high + most * length)
    margin = 0.07 * ((high - low) or length)
    return low - margin, high + margin


def aimed(title: str, higher_is_better: bool) -> str:
    """A metric's title with its direction."""
    return f"{title} {'↑' if higher_is_better else '↓'}"
