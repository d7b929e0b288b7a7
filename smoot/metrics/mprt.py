"""mprt: how much of the map is left when all of the model's weights are drawn anew?"""

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._randomised import LAYERS, correlation
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
    f"{LAYERS} "
    "Maps that scale with the image's own values, such as input × gradient and integrated gradients, stay alike on "
    "black backgrounds whatever the model: read the gradient map's score.",
    cost="2 E",
)
KNOWN_ANSWER = KnownAnswer(1, maps="random")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Spearman correlation in [-1, 1] between the absolute map and that of the fully randomised model."""
    return Scores(correlation(subject))
