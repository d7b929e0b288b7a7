"""complexity: is the attribution spread over many pixels? The entropy of the map."""

import numpy as np

from smoot.artifacts.scores import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Complexity",
    category="complexity",
    higher_is_better=False,
    citation="Bhatt, Weller, Moura, IJCAI 2020",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction of the entropy of a map that is the same everywhere, by absolute attribution."""
    return Scores(per_image("Complexity", subject, softmax=False, abs=True) / np.log(subject.maps[0].size))
