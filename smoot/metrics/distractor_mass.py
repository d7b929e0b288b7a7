"""distractor_mass: what share of the attribution lies on distractors, which say nothing of the class?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Attribution on distractors",
    category="localisation",
    higher_is_better=False,
    citation="after Arras, Osman, Samek, Information Fusion 2022",
    region="distractor",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the distractors' share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.DISTRACTOR))
