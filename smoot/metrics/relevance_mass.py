"""relevance_mass: what share of the attribution lies on the object?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import BLACK_BACKGROUND
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Relevance mass accuracy",
    category="localisation",
    higher_is_better=True,
    citation="Arras, Osman, Samek, Information Fusion 2022",
    link="https://arxiv.org/abs/2003.07258",
    meaning="What share of the attribution lies on the object.",
    formula="Σ_{i∈M} |aᵢ| / Σᵢ |aᵢ|; M the pixels of the object",
    limits=(0, 1),
    deviations=(
        "Quantus sums signed maps unless told otherwise, which can leave [0, 1]; here it is the absolute value. Chance "
        "is the object's share of the image. "
        f"{BLACK_BACKGROUND}"
    ),
    region="object",
)
KNOWN_ANSWER = KnownAnswer(1, maps="object")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the object's share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.OBJECT))
