"""effective_complexity: what share of the pixels has any attribution to speak of?"""

from smoot.artifacts.metric_info import MetricInfo
from smoot.core.params_file import Fraction
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Effective complexity",
    category="complexity",
    higher_is_better=False,
    citation="Nguyen, Martínez, arXiv 2007.07584, 2020",
    link="https://arxiv.org/abs/2007.07584",
    meaning="What share of the pixels has any attribution to speak of.",
    formula="#{i: |aᵢ| > threshold · maxⱼ |aⱼ|} / d; # counts the pixels",
    limits=(0, 1),
    deviations="The paper counts the pixels that the model needs to keep its output; Quantus, and so this, those "
    "whose attribution is above a threshold, and the model is not asked. With Quantus' own threshold, 0.00001, "
    "every pixel of a real map counted. Here the count is divided by d.",
)
KNOWN_ANSWER = KnownAnswer(1 / 64, maps="pixel")


class Params(MetricParams):
    threshold: Fraction = 0.1
    """Pixels above this fraction of the map's largest absolute value count."""


def score(subject: Subject, params: Params) -> Scores:
    """A fraction of the pixels."""
    above = per_image("EffectiveComplexity", subject, softmax=False, abs=True, eps=params.threshold)
    return Scores(above / subject.maps[0].size)
