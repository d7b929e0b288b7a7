"""effective_complexity: what share of the pixels has any attribution to speak of?"""

from pydantic import Field

from smoot.artifacts.scores import MetricInfo
from smoot.core.params_file import Fraction
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Effective complexity",
    category="complexity",
    higher_is_better=False,
    citation="Nguyen, Martínez, arXiv 2007.07584, 2020",
)


class Params(MetricParams):
    threshold: Fraction = Field(0.1, description="of the map's largest absolute value; pixels above it count")


def score(subject: Subject, params: Params) -> Scores:
    """A fraction of the pixels."""
    above = per_image("EffectiveComplexity", subject, softmax=False, abs=True, eps=params.threshold)
    return Scores(above / subject.maps[0].size)
