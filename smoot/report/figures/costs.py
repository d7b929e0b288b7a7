"""Quality beside cost."""

import pandas as pd
from matplotlib.figure import Figure

from smoot.report.figures.canvas import method_handles, panels
from smoot.report.figures.look import PAPER, Look, placed
from smoot.report.figures.ticks import finish

NOT_QUALITY = {"dataset", "model", "method", "seed", "seconds"}


def cost(points: pd.DataFrame, look: Look) -> Figure | None:
    """Each quality beside the seconds of training, a panel a quality.

    To be seen: a small point a run, and a large one at a method's mean. points: dataset, model, method, seed, seconds,
    and the columns of quality in their order, by their titles.
    """
    quality = [column for column in points if column not in NOT_QUALITY]
    if points.empty or not quality:
        return None
    rows = placed(points)
    methods = look.shown(rows)
    places = list(rows["place"].unique())
    by_run = dict(list(rows.groupby(["place", "method"])))
    figure, axes = panels(dict.fromkeys(places, quality), method_handles(methods, look))
    for place in places:
        for panel, name in zip(axes[place], quality, strict=True):
            for method in methods:
                part = by_run.get((place, method), rows[:0]).dropna(subset=[name])
                if part.empty:
                    continue
                colour = look.colours[method]
                panel.plot(part["seconds"], part[name], "o", color=colour, alpha=0.5, markersize=2.5, markeredgewidth=0)
                panel.plot(
                    part["seconds"].mean(), part[name].mean(), marker=look.markers[method], color=colour,
                    markersize=6.5, markeredgecolor=PAPER, markeredgewidth=0.6,
                )  # fmt: skip
            panel.set_xlim(left=0)
            panel.set_xlabel("seconds of training")
            finish(panel)
    return figure
