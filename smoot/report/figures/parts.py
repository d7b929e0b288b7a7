"""The two areas that a score is the difference of."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from smoot.core.text import short
from smoot.report.figures.canvas import limits, panels, span
from smoot.report.figures.look import PAPER, SOFT, Look, placed
from smoot.report.figures.ticks import finish


def areas(parts: pd.DataFrame, attribution: str, titles: Mapping[str, str], look: Look) -> Figure | None:
    """The areas of one attribution: a panel a metric, a column a method in its colour.

    To be seen: a hollow point at the first area and a full one at the second, means over seeds, with a line between
    them that is as long as the score; a dotted line at chance. parts: as from `smoot.report.parts`. titles: by metric.
    Of very many methods, those that `Look.thinned` leaves.
    """
    rows = look.thinned(parts[parts["attribution"] == attribution])
    if rows.empty:
        return None
    rows = placed(rows)
    metrics = {place: list(part["metric"].unique()) for place, part in rows.groupby("place", sort=False)}
    present = set(rows["method"])
    methods = [method for method in look.methods if method in present]
    names = [short(method, 24) for method in methods]
    firsts, seconds = (" or ".join(dict.fromkeys(rows[end].str.replace("_", " "))) for end in ("first", "second"))
    figure, axes = panels(
        {place: [titles[metric] for metric in own] for place, own in metrics.items()},
        _legend(firsts, seconds, bool(rows["chance"].notna().any())),
        columns=3,
        height=150,
        bottom=16 + 4.2 * max(map(len, names)),
    )
    by_panel = dict(list(rows.groupby(["place", "metric"], sort=False)))
    for place, own in metrics.items():
        for panel, metric in zip(axes[place], own, strict=True):
            _panel(panel, by_panel[place, metric], methods, names, look)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, methods: list[str], names: list[str], look: Look) -> None:
    means = rows.groupby("method")[["first_area", "second_area"]].mean().reindex(methods)
    chance = rows["chance"].iloc[0]
    axes.set_xlim(-0.6, len(methods) - 0.4)
    axes.set_ylim(*limits(span(means), span(chance), 1.5))
    low, high = axes.get_ylim()
    if np.isfinite(chance) and low <= chance <= high:
        axes.axhline(chance, color=SOFT, linestyle=":", linewidth=1, label="chance")
    for place, (method, first, second) in enumerate(means.itertuples(name=None)):
        colour = look.colours[method]
        style: dict[str, Any] = {"color": colour, "markersize": 5, "label": method}
        axes.plot([place, place], [first, second], "-", color=colour, linewidth=1.5, label=method)
        axes.plot(place, first, "o", markerfacecolor=PAPER, markeredgewidth=1.25, **style)
        axes.plot(place, second, "o", markeredgewidth=0, **style)
    finish(axes, names)


def _legend(first: str, second: str, chance: bool) -> list[Artist]:
    full: dict[str, Any] = {"linestyle": "", "marker": "o", "color": SOFT, "markersize": 5}
    handles: list[Artist] = [
        Line2D([], [], markerfacecolor=PAPER, markeredgewidth=1.25, label=first, **full),
        Line2D([], [], markeredgewidth=0, label=second, **full),
        Line2D([], [], color=SOFT, linewidth=1.5, label="the score"),
    ]
    return handles + ([Line2D([], [], color=SOFT, linestyle=":", linewidth=1, label="chance")] if chance else [])
