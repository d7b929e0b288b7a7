"""relevance_mass: what share of the attribution lies on the object?"""

from smoot.scoring.metric import About, MetricParams, NotApplicableError, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Relevance mass accuracy", "localisation", True, "Arras, Osman, Samek, Information Fusion 2022")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the object's share of the image."""
    if not len(subject.masks):
        raise NotApplicableError("the data set has no object masks")
    return Scores(per_image("RelevanceMassAccuracy", subject, softmax=False, abs=True))
