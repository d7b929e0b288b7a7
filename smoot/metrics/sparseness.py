"""sparseness: is the attribution on few pixels? The Gini index of the map."""

from smoot.artifacts.scores import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Sparseness",
    category="complexity",
    higher_is_better=True,
    citation="Chalasani et al., ICML 2020",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """In [0, 1]: 0 where all pixels have the same absolute attribution."""
    return Scores(per_image("Sparseness", subject, softmax=False, abs=True))
