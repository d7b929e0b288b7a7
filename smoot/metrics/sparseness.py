"""sparseness: is the attribution on few pixels? The Gini index of the map."""

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Sparseness", "complexity", True, "Chalasani et al., ICML 2020")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """In [0, 1]: 0 where all pixels have the same absolute attribution."""
    return Scores(per_image("Sparseness", subject, softmax=False, abs=True))
