"""Accuracy against interpretability."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from smoot.report.figures.canvas import aimed, limits, method_handles, panels, span
from smoot.report.figures.lines import MANY
from smoot.report.figures.look import NULL, PAPER, SOFT, Look
from smoot.report.figures.marks import band
from smoot.report.figures.ticks import finish
from smoot.statistics import t_interval

FEW = 8  # methods that small panels have room for


def frontier(points: pd.DataFrame, chains: Sequence[Sequence[str]], look: Look, confidence: float) -> Figure | None:
    """Accuracy (y) against a metric (x), a panel a metric and place; up and right is better, x reversed where less is.

    To be seen: a small point a run, unless there are very many methods; at each method's mean a marker with a cross of
    t intervals; variants of one component joined in the order given, their markers growing along it; a grey band over
    what the nulls score, cut where it is far from all others.
    points: place, method, seed, accuracy, metric (title), higher_is_better, score. chains: lists of methods.
    """
    rows = points.dropna(subset=["accuracy", "score"])
    methods = look.shown(rows)
    if not methods:
        return None
    large = {"columns": 2, "least": 2, "height": 300} if len(methods) > FEW else {"columns": 4, "height": 165}
    about = {
        place: own.groupby("metric", sort=False)["higher_is_better"].first().to_dict()
        for place, own in rows.groupby("place", sort=False)
    }
    legend: list[Artist] = method_handles(methods, look)
    if any(len([method for method in chain if method in methods]) > 1 for chain in chains):
        legend.append(Line2D([], [], color=SOFT, linewidth=1, label="variants of one method"))
    if nulls := [method for method in look.methods if method in look.nulls and method in set(rows["method"])]:
        legend.append(Patch(color=NULL, alpha=0.25, linewidth=0, label=", ".join(nulls)))
    titles = {place: [aimed(metric, bool(up)) for metric, up in own.items()] for place, own in about.items()}
    figure, axes = panels(titles, legend, **large)
    for place, own in about.items():
        here = dict(list(rows[rows["place"] == place].groupby("metric")))
        for number, (panel, (metric, up)) in enumerate(zip(axes[place], own.items(), strict=True)):
            _panel(panel, here[metric], bool(up), chains, look, confidence)
            panel.set_xlabel("better →" if up else "better → (reversed: less is better)")
            if number % large["columns"] == 0:
                panel.set_ylabel("accuracy, better ↑")
            finish(panel)
    return figure


def _panel(
    axes: Axes, rows: pd.DataFrame, up: bool, chains: Sequence[Sequence[str]], look: Look, confidence: float
) -> None:
    trained = rows[~rows["method"].isin(look.nulls)]
    means = trained.groupby("method")[["score", "accuracy"]].mean()
    crosses = {}
    runs = {method: own[["score", "accuracy"]].to_numpy(float) for method, own in trained.groupby("method")}
    for method in (name for name in look.trained if name in runs):
        x, y = runs[method].T
        alpha = 0.6 if len(x) <= MANY else 0.3
        if not look.many:
            axes.plot(x, y, "o", color=look.colours[method], alpha=alpha, markersize=2.8, markeredgewidth=0)
        crosses[method] = [t_interval(values, confidence) for values in (x, y)]
    for chain in chains:
        linked = means.reindex(chain).dropna()
        if len(linked) > 1:
            same = len({look.colours[method] for method in linked.index}) == 1
            colour = look.colours[linked.index[0]] if same else SOFT
            axes.plot(linked["score"], linked["accuracy"], color=colour, linewidth=1, label="chain", zorder=2.5)
    cross: dict[str, Any] = {"linewidth": 0.6, "alpha": 0.45} if look.many else {"linewidth": 1}
    sizes: dict[str, float] = {}
    for chain in chains:
        sizes |= dict(zip(chain, np.linspace(4.5, 9, len(chain)), strict=True))
    for method, (across, along) in crosses.items():
        score, accuracy = means.loc[method]
        colour = look.colours[method]
        axes.plot([*across, np.nan, score, score], [accuracy, accuracy, np.nan, *along], **cross, color=colour)
        axes.plot(
            score, accuracy, marker=look.markers[method], color=colour, markersize=sizes.get(method, 6.5),
            markeredgecolor=PAPER, markeredgewidth=0.6, label=method,
        )  # fmt: skip
    null = span(rows.loc[rows["method"].isin(look.nulls), "score"])
    ends = np.array(list(crosses.values())).reshape(-1, 2, 2)
    x, y = span(trained["score"]), span(trained["accuracy"])
    # Of two or three seeds an interval can be so long that nothing else would be seen.
    x = limits(x, span(ends[:, 0], x), 0.75)
    axes.set_ylim(*limits(y, span(ends[:, 1], y), 0.75))
    x = limits(x, null, 1.0) if np.isfinite(null[0]) else x
    axes.set_xlim(*x if up else x[::-1])
    if np.isfinite(null[0]):
        band(axes, "x", null, ", ".join(method for method in look.methods if method in look.nulls))
