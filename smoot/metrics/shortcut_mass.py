"""shortcut_mass: what share of the attribution lies on the shortcut's mark?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Attribution on the shortcut",
    category="localisation",
    higher_is_better=False,
    citation="after Arras, Osman, Samek, Information Fusion 2022",
    link="https://arxiv.org/abs/2003.07258",
    meaning="What share of the attribution lies on the mark that gives the class away in training only.",
    formula="Σ_{i∈R} |aᵢ| / Σᵢ |aᵢ|; R the pixels of the shortcut's mark",
    limits=(0, 1),
    deviations="The paper measures the object; this is the same share for the mark. A map of a model that relies on "
    "the mark is right to point at it, so read it beside the shortcut reliance. Chance is the mark's share of the "
    "image.",
    region="shortcut",
)
KNOWN_ANSWER = KnownAnswer(1, maps="shortcut")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the mark's share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.SHORTCUT))
