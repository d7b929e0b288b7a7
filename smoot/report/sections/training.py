"""How training went."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from smoot.report.figures.canvas import method_handles, panels
from smoot.report.figures.lines import draw
from smoot.report.figures.look import Look, placed
from smoot.report.figures.ticks import finish
from smoot.report.page import Picture, Section
from smoot.report.sections._cells import ends_alone
from smoot.report.study import Study

TITLES = {"val_accuracy": "validation accuracy", "train_ce": "cross-entropy of clean training images"}


def training_curves(history: pd.DataFrame, look: Look) -> Figure | None:
    """Validation accuracy and cross-entropy of the clean training images by epoch, a colour a method.

    To be seen: a line a seed; of more than `lines.MANY` seeds the mean, in a band from their lowest to their highest.
    history: dataset, model, method, seed, epoch and the keys of TITLES; or without rows.
    """
    if history.empty:
        return None
    rows = placed(look.thinned(history))
    methods = look.shown(rows)
    places = list(rows["place"].unique())
    figure, axes = panels({place: list(TITLES.values()) for place in places}, method_handles(methods, look, line=True))
    for place in places:
        for panel, column in zip(axes[place], TITLES, strict=True):
            draw(panel, rows[rows["place"] == place], "epoch", column, look)
            panel.set_ylabel("")
            panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            panel.set_xlabel("epoch")
            finish(panel)
    return figure


def build(study: Study) -> Section | None:
    figure = training_curves(study.evidence.history, study.look)
    if figure is None:
        return None
    caption = "Validation accuracy, and the cross-entropy of the clean training images, by epoch and seed."
    caption += ends_alone(study)
    return Section("training", "Training", "", (Picture("training", figure, caption, caption),))
