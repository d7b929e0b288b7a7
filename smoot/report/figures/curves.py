"""What metrics measure at several points."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from smoot.report.figures.canvas import method_handles, panels
from smoot.report.figures.lines import bands
from smoot.report.figures.look import SOFT, Look, placed
from smoot.report.figures.ticks import finish

REFERENCE = (4, 2)
DASHES: list[Any] = ["", (1.5, 1.5), (3, 1.5, 1, 1.5), (7, 2, 1, 2, 1, 2), (9, 3)]


def metric_curves(points: pd.DataFrame, attribution: str, titles: Mapping[str, str], look: Look) -> Figure | None:
    """The curves of one attribution, a panel a metric; a colour a method, grey for nulls, a dash a line.

    To be seen: means over seeds, and a band from the lowest seed to the highest. points: as from
    `smoot.report.curves`. What lines are held against is dashed. titles: by metric. Of very many methods, those that
    `Look.thinned` leaves.
    """
    rows = look.thinned(points[points["attribution"] == attribution])
    if rows.empty:
        return None
    rows = placed(rows)
    present = set(rows["method"].unique())
    methods = [method for method in look.methods if method in present]
    metrics = {place: list(part["metric"].unique()) for place, part in rows.groupby("place", sort=False)}
    dashes = _dashes(rows)
    about = rows.groupby(["place", "metric"]).first()
    figure, axes = panels(
        {place: [titles[metric] for metric in own] for place, own in metrics.items()},
        [*method_handles(methods, look, line=True, marker=False), *(_line_handles(dashes) if len(dashes) > 1 else [])],
        height=150,
    )
    for place, own in metrics.items():
        for panel, metric in zip(axes[place], own, strict=True):
            part = rows[(rows["place"] == place) & (rows["metric"] == metric)]
            sns.lineplot(
                bands(panel, part, "x", "y", ["method", "line"], look), x="x", y="y", estimator=None,
                hue="method", hue_order=methods, palette=look.colours, style="line", style_order=list(dashes),
                dashes=dashes, linewidth=1.25, legend=False, ax=panel,
            )  # fmt: skip
            first = about.loc[(place, metric)]
            if math.isfinite(first["low"]):
                panel.set_ylim(first["low"], first["high"])
            panel.set_xlabel(first["x_label"])
            panel.set_ylabel(first["y_label"])
            finish(panel)
    return figure


def _dashes(rows: pd.DataFrame) -> dict[str, Any]:
    """A style for each line; what the others are held against has its own."""
    references = set(rows.loc[rows["reference"].astype(bool), "line"])
    lines = list(rows["line"].unique())
    others = [line for line in lines if line not in references]
    styles = {line: DASHES[number % len(DASHES)] for number, line in enumerate(others)}
    return {line: styles.get(line, REFERENCE) for line in lines}


def _line_handles(dashes: dict[str, Any]) -> list[Artist]:
    return [
        Line2D([], [], color=SOFT, linestyle=(0, style) if style else "-", label=line) for line, style in dashes.items()
    ]
