"""relevance_rank: of the M highest-ranked pixels, how many lie on the object, which has M pixels?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Relevance rank accuracy",
    category="localisation",
    higher_is_better=True,
    citation="Arras, Osman, Samek, Information Fusion 2022",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction; chance is the object's share of the image."""
    return Scores(localise("RelevanceRankAccuracy", subject, Region.OBJECT))
