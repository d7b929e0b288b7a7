"""mprt: how much of the map is left when all of the model's weights are drawn anew?"""

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Model parameter randomisation",
    category="randomisation",
    higher_is_better=False,
    citation="Adebayo et al., NeurIPS 2018",
    link="https://arxiv.org/abs/1810.03292",
    meaning="How much of the map is left when all that the model has learnt is replaced by random weights.",
    formula="ρ(|a|, |a′|); ρ is Spearman's rank correlation over the pixels; a′ is the map of x and y by the model "
    "with all of its layers drawn anew",
    limits=(-1, 1),
    deviations="The paper draws layer after layer anew, and shows every step; this is the last, where all are. "
    "Quantus draws each layer from the same seed, so layers of one shape get the same weights; and it leaves alone "
    "the parameters that belong to no layer, such as the class token and the positions of a ViT. Maps that scale "
    "with the image's own values, such as input × gradient and integrated gradients, stay alike on black "
    "backgrounds whatever the model: read the gradient map's score.",
    cost="2 E",
)
KNOWN_ANSWER = KnownAnswer(1, maps="random")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Spearman correlation in [-1, 1] between the absolute map and that of the fully randomised model."""
    return Scores(
        per_image(
            "MPRT",
            subject,
            softmax=False,
            abs=True,
            seed=subject.seed,
            layer_order="bottom_up",
            skip_layers=True,
            return_last_correlation=True,
        )
    )
