"""shortcut_mass: what share of the attribution lies on the shortcut's mark?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Attribution on the shortcut",
    category="localisation",
    higher_is_better=False,
    citation="after Arras, Osman, Samek, Information Fusion 2022",
    region="shortcut",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the mark's share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.SHORTCUT))
