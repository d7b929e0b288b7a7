"""max_sensitivity: how far can the map move when the image is changed a little?"""

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import NearbyParams, Scores, Subject

INFO = MetricInfo(
    title="Max-sensitivity",
    category="robustness",
    higher_is_better=False,
    citation="Yeh et al., NeurIPS 2019",
    link="https://arxiv.org/abs/1901.09392",
    meaning="How far the map can move, relative to its size, when the image is changed a little.",
    formula="maxⱼ ‖a(xⱼ) − a(x)‖₂ / ‖a(x)‖₂; j = 1 … samples; xⱼ is x plus uniform noise in ±radius, in normalised "
    "pixels",
    limits=(0, None),
    deviations="The paper does not divide by the map's length; Quantus does. It is the largest of the samples, so "
    "it grows with their number.",
    cost="samples E",
)
KNOWN_ANSWER = KnownAnswer(0, maps="gradient")


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
