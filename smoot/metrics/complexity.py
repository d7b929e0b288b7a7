"""complexity: is the attribution spread over many pixels? The entropy of the map."""

import numpy as np

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Complexity", "complexity", False, "Bhatt, Weller, Moura, IJCAI 2020")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction of the entropy of a map that is the same everywhere, by absolute attribution."""
    return Scores(per_image("Complexity", subject, softmax=False, abs=True) / np.log(subject.maps[0].size))
