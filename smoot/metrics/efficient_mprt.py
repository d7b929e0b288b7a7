"""efficient_mprt: how much more complex is the map when all of the model's weights are drawn anew?"""

import numpy as np

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.metrics._randomised import LAYERS
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import BATCH, MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Efficient model parameter randomisation",
    category="randomisation",
    higher_is_better=True,
    citation="Hedström, Weber, Lapuschkin, Höhne, XAI in Action at NeurIPS 2023",
    link="https://arxiv.org/abs/2401.06465",
    meaning="How much more complex the map becomes when all that the model has learnt is replaced by random weights.",
    formula="(H(a′) − H(a)) / H(a); H(b) = −Σᵢ qᵢ ln qᵢ, qᵢ the fraction of pixels in the i-th of 100 equally wide "
    "bins from min b to max b; a′ is the map of x and y by the model with all of its layers drawn anew",
    limits=(-1, None),
    deviations="It asks how the values of a map are spread and not where they lie, so a map whose pixels all move may "
    f"score 0: it is weak. {LAYERS}",
    cost="2 F + 2 E",
)
KNOWN_ANSWER = KnownAnswer(0, maps="random")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """The relative rise of entropy, at least −1."""
    # In batches, as Quantus would pass all images through the model at once.
    batches = [subject.take(np.arange(len(subject))[start : start + BATCH]) for start in range(0, len(subject), BATCH)]
    rises = [
        per_image("EfficientMPRT", batch, softmax=True, normalise=False, seed=subject.seed, skip_layers=True)
        for batch in batches
    ]
    return Scores(np.concatenate(rises))
