"""sparseness: is the attribution on few pixels? The Gini index of the map."""

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Sparseness",
    category="complexity",
    higher_is_better=True,
    citation="Chalasani et al., ICML 2020",
    link="https://arxiv.org/abs/1810.06583",
    meaning="How far the attribution is concentrated on few pixels.",
    formula="Σᵢ (2i − d − 1) vᵢ / (d Σᵢ vᵢ); v₁ ≤ … ≤ v_d are the values |a| in order: the Gini index",
    limits=(0, 1),
    deviations="It says almost the same as complexity, whose order is the opposite. A map of few pixels need not be "
    "of the right ones.",
)
KNOWN_ANSWER = KnownAnswer(63 / 64, maps="pixel")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Values in [0, 1]: 0 where all pixels have the same absolute attribution."""
    return Scores(per_image("Sparseness", subject, softmax=False, abs=True))
