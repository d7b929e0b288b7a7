"""relevance_mass: what share of the attribution lies on the object?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Relevance mass accuracy",
    category="localisation",
    higher_is_better=True,
    citation="Arras, Osman, Samek, Information Fusion 2022",
    region="object",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the object's share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.OBJECT))
