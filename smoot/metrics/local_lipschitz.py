"""local_lipschitz: the largest change of the map for each unit of change of the image, nearby."""

from pydantic import Field

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Local Lipschitz estimate", "robustness", False, "Alvarez-Melis, Jaakkola, NeurIPS 2018")


class Params(MetricParams):
    samples: int = Field(10, ge=1, description="perturbations an image; the score grows with it, so keep it fixed")


def score(subject: Subject, params: Params) -> Scores:
    """At least 0, of maps scaled to a maximum of 1."""
    return Scores(per_image("LocalLipschitzEstimate", subject, softmax=False, nr_samples=params.samples))
