"""topk_intersection: how many of the highest-ranked pixels lie on the object?"""

from typing import Annotated

from pydantic import Field

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import BLACK_BACKGROUND
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Top-k intersection",
    category="localisation",
    higher_is_better=True,
    citation="Theiner, Müller-Budack, Ewerth, WACV 2022",
    link="https://arxiv.org/abs/2104.14995",
    meaning="How many of the pixels of the highest attribution lie on the object.",
    formula="|T ∩ M| / k; M the pixels of the object, T the k pixels of the highest |a|; k is share times d, "
    "rounded, at least 1",
    limits=(0, 1),
    deviations=(
        "Quantus takes 1000 pixels, and signed maps, unless told otherwise; here k grows with the image, and it is the "
        "absolute value. An object of fewer than k pixels cannot score 1. Chance is the object's share of the image. "
        f"{BLACK_BACKGROUND}"
    ),
)
KNOWN_ANSWER = KnownAnswer(1, maps="object")


class Params(MetricParams):
    share: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """The fraction of an image's pixels that is looked at: k."""


def score(subject: Subject, params: Params) -> Scores:
    """A fraction of the k pixels; chance is the object's share of the image."""
    k = max(1, round(params.share * subject.maps[0].size))
    return Scores(localise("TopKIntersection", subject, Region.OBJECT, k=k))
