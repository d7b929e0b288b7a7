"""max_sensitivity: how far can the map move when the image is changed a little?"""

from smoot.artifacts.scores import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import NearbyParams, Scores, Subject

INFO = MetricInfo(
    title="Max-sensitivity",
    category="robustness",
    higher_is_better=False,
    citation="Yeh et al., NeurIPS 2019",
    cost="samples E",
)


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
