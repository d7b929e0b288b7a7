"""How training went."""

from smoot.report.figures.training import training_curves
from smoot.report.page import Picture, Section
from smoot.report.sections._cells import ends_alone
from smoot.report.study import Study


def build(study: Study) -> Section | None:
    figure = training_curves(study.evidence.history, study.look)
    if figure is None:
        return None
    caption = "Validation accuracy, and the cross-entropy of the clean training images, by epoch and seed."
    caption += ends_alone(study)
    return Section("training", "Training", "", (Picture("training", figure, caption, caption),))
