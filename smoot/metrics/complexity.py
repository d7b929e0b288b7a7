"""complexity: is the attribution spread over many pixels? The entropy of the map."""

import numpy as np

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Complexity",
    category="complexity",
    higher_is_better=False,
    citation="Bhatt, Weller, Moura, IJCAI 2020",
    link="https://arxiv.org/abs/2005.00631",
    meaning="How evenly the attribution is spread over the pixels.",
    formula="−Σᵢ qᵢ ln qᵢ / ln d; qᵢ = |aᵢ| / Σⱼ |aⱼ|",
    limits=(0, 1),
    deviations="Paper and Quantus give the entropy in nats; here it is divided by the largest that there is, ln d, "
    "so that it does not grow with the image. It says almost the same as sparseness, whose order is the opposite. "
    "A map of few pixels need not be of the right ones.",
)
KNOWN_ANSWER = KnownAnswer(0, maps="pixel")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction of the entropy of a map that is the same everywhere, by absolute attribution."""
    return Scores(per_image("Complexity", subject, softmax=False, abs=True) / np.log(subject.maps[0].size))
