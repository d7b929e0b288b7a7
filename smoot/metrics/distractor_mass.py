"""distractor_mass: what share of the attribution lies on distractors, which say nothing of the class?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Attribution on distractors",
    category="localisation",
    higher_is_better=False,
    citation="after Arras, Osman, Samek, Information Fusion 2022",
    link="https://arxiv.org/abs/2003.07258",
    meaning="What share of the attribution lies on distractors, which say nothing of the class.",
    formula="Σ_{i∈R} |aᵢ| / Σᵢ |aᵢ|; R the pixels of the distractors",
    limits=(0, 1),
    deviations="The paper measures the object; this is the same share for what should not matter. A distractor that "
    "looks like an object may draw more attribution than chance without a fault of map or metric.",
    region="distractor",
)
KNOWN_ANSWER = KnownAnswer(1, maps="distractor")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the distractors' share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.DISTRACTOR))
