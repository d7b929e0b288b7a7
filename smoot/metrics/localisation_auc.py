"""localisation_auc: does a pixel on the object have more attribution than one that is not?"""

from smoot.data.store import Region
from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.regions import localise

ABOUT = About("Localisation AUC", "localisation", True, "Fawcett, Pattern Recognition Letters 2006")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """In [0, 1], chance is .5: how often a pixel on the object outranks one beside it, by absolute attribution.

    NaN where the object fills the image.
    """
    return Scores(localise("AUC", subject, Region.OBJECT))
