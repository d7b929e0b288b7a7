"""max_sensitivity: how far can the map move when the image is changed a little?"""

from smoot.scoring.metric import About, NearbyParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Max-sensitivity", "robustness", False, "Yeh et al., NeurIPS 2019", cost="samples E")


class Params(NearbyParams):
    pass


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
