"""relevance_rank: of the M highest-ranked pixels, how many lie on the object, which has M pixels?"""

from smoot.data.store import Region
from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.regions import localise

ABOUT = About("Relevance rank accuracy", "localisation", True, "Arras, Osman, Samek, Information Fusion 2022")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction; chance is the object's share of the image."""
    return Scores(localise("RelevanceRankAccuracy", subject, Region.OBJECT))
