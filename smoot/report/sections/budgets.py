"""How much was masked."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from smoot.artifacts.run import BUDGETS
from smoot.report.figures.canvas import method_handles, panels
from smoot.report.figures.lines import draw
from smoot.report.figures.look import Look, placed
from smoot.report.figures.ticks import finish
from smoot.report.page import Picture, Section
from smoot.report.sections._cells import ends_alone
from smoot.report.study import Study


def budget_curves(history: pd.DataFrame, look: Look) -> Figure | None:
    """Each of BUDGETS that the history has, by epoch, a colour a method.

    To be seen: a line a seed (of more than `lines.MANY` the mean, in a band of all); where there are columns
    {budget}_q1 and {budget}_q3, a band between their means over seeds. history: dataset, model, method, seed, epoch and
    the budgets, NaN where a method has none; or without rows.
    """
    present = [name for name in BUDGETS if name in history and history[name].notna().any()]
    if not present:
        return None
    rows = placed(look.thinned(history.dropna(subset=present, how="all")))
    methods = look.shown(rows)
    titles = {place: [BUDGETS[name] for name in present] for place in rows["place"].unique()}
    figure, axes = panels(titles, method_handles(methods, look, line=True))
    for place in titles:
        for panel, name in zip(axes[place], present, strict=True):
            part = rows[rows["place"] == place]
            _quartiles(panel, part, name, look)
            draw(panel, part, "epoch", name, look)
            panel.set_ylabel("")
            if rows[name].dropna().between(0, 1).all():
                panel.set_ylim(-0.04, 1.04)
            panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            panel.set_xlabel("epoch")
            finish(panel)
    return figure


def _quartiles(panel: Axes, rows: pd.DataFrame, name: str, look: Look) -> None:
    """A band a method between the columns {name}_q1 and {name}_q3, means over seeds, where there are such."""
    columns = [f"{name}_q1", f"{name}_q3"]
    if not set(columns) <= set(rows):
        return
    for method, part in rows.dropna(subset=columns).groupby("method", sort=False):
        low, high = part.groupby("epoch")[columns].mean().to_numpy(float).T
        epochs = sorted(part["epoch"].unique())
        panel.fill_between(epochs, low, high, color=look.colours[str(method)], alpha=0.15, linewidth=0)


def build(study: Study) -> Section | None:
    figure = budget_curves(study.evidence.history, study.look)
    if figure is None:
        return None
    caption = (
        "The fraction of the images that are masked in an epoch, and the fraction of an image's pixels that its budget "
        "allows: the mean over the training images, with the quartiles as a band." + ends_alone(study)
    )
    return Section("budgets", "Masking budgets", "", (Picture("budgets", figure, caption, caption),))
