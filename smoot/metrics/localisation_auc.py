"""localisation_auc: does a pixel on the object have more attribution than one that is not?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Localisation AUC",
    category="localisation",
    higher_is_better=True,
    citation="Fawcett, Pattern Recognition Letters 2006",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """In [0, 1], chance is .5: how often a pixel on the object outranks one beside it, by absolute attribution.

    NaN where the object fills the image.
    """
    return Scores(localise("AUC", subject, Region.OBJECT))
