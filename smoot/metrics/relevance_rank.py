"""relevance_rank: of the M highest-ranked pixels, how many lie on the object, which has M pixels?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import BLACK_BACKGROUND
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Relevance rank accuracy",
    category="localisation",
    higher_is_better=True,
    citation="Arras, Osman, Samek, Information Fusion 2022",
    link="https://arxiv.org/abs/2003.07258",
    meaning="How many of the pixels of the highest attribution lie on the object, when as many are taken as it has.",
    formula="|T ∩ M| / |M|; M the pixels of the object, T the |M| pixels of the highest |a|",
    limits=(0, 1),
    deviations=(
        "Quantus ranks signed maps unless told otherwise; here it is the absolute value. Pixels of the same "
        "attribution come in an arbitrary order. Chance is the object's share of the image. "
        f"{BLACK_BACKGROUND}"
    ),
)
KNOWN_ANSWER = KnownAnswer(1, maps="object")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction; chance is the object's share of the image."""
    return Scores(localise("RelevanceRankAccuracy", subject, Region.OBJECT))
