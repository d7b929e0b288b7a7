"""relevance_mass: what share of the attribution lies on the object?"""

from smoot.data.store import Region
from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.regions import localise

ABOUT = About("Relevance mass accuracy", "localisation", True, "Arras, Osman, Samek, Information Fusion 2022")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the object's share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.OBJECT))
