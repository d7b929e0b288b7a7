"""topk_intersection: how many of the highest-ranked pixels lie on the object?"""

from typing import Annotated

from pydantic import Field

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Top-k intersection",
    category="localisation",
    higher_is_better=True,
    citation="Theiner, Müller-Budack, Ewerth, WACV 2022",
)


class Params(MetricParams):
    share: Annotated[float, Field(gt=0, lt=1)] = Field(0.1, description="the fraction of the pixels that are k")


def score(subject: Subject, params: Params) -> Scores:
    """A fraction of the k pixels; chance is the object's share of the image."""
    k = max(1, round(params.share * subject.maps[0].size))
    return Scores(localise("TopKIntersection", subject, Region.OBJECT, k=k))
