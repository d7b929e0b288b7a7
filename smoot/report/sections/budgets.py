"""How much was masked."""

from smoot.report.figures.budgets import budget_curves
from smoot.report.page import Picture, Section
from smoot.report.sections._cells import ends_alone
from smoot.report.study import Study


def build(study: Study) -> Section | None:
    figure = budget_curves(study.evidence.history, study.look)
    if figure is None:
        return None
    caption = (
        "The fraction of the images that are masked in an epoch, and the fraction of an image's pixels that its budget "
        "allows: the mean over the training images, with the quartiles as a band." + ends_alone(study)
    )
    return Section("budgets", "Masking budgets", "", (Picture("budgets", figure, caption, caption),))
