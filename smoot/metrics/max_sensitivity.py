"""max_sensitivity: how far can the map move when the image is changed a little?"""

from pydantic import Field

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Max-sensitivity", "robustness", False, "Yeh et al., NeurIPS 2019", cost="samples E")


class Params(MetricParams):
    samples: int = Field(10, ge=1, description="perturbations an image; the score grows with it, so keep it fixed")
    radius: float = Field(0.1, gt=0, description="of the uniform noise, in normalised pixels")


def score(subject: Subject, params: Params) -> Scores:
    """The largest change of the map relative to its norm, at least 0."""
    return Scores(
        per_image(
            "MaxSensitivity",
            subject,
            softmax=False,
            normalise=False,
            nr_samples=params.samples,
            lower_bound=params.radius,
        )
    )
