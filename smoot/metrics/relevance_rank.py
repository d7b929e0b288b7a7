"""relevance_rank: of the M highest-ranked pixels, how many lie on the object, which has M pixels?"""

from smoot.scoring.metric import About, MetricParams, NotApplicableError, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Relevance rank accuracy", "localisation", True, "Arras, Osman, Samek, Information Fusion 2022")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction; chance is the object's share of the image."""
    if not len(subject.masks):
        raise NotApplicableError("the data set has no object masks")
    return Scores(per_image("RelevanceRankAccuracy", subject, softmax=False, abs=True))
