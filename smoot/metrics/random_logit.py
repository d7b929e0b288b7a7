"""random_logit: how alike are the maps of the true class and of another one, drawn at random?"""

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Random logit",
    category="randomisation",
    higher_is_better=False,
    citation="Sixt, Granz, Landgraf, ICML 2020",
    link="https://arxiv.org/abs/1912.09818",
    meaning="How alike the maps of the true class and of another class are.",
    formula="SSIM(b_y, b_c); b_k = a / maxᵢ |aᵢ| for the map of class k; c ≠ y is drawn at random; SSIM is the mean "
    "structural similarity of windows of 7 pixels",
    limits=(-1, 1),
    deviations="Quantus writes a map as one row before it compares, so the windows run along the rows of the image "
    "and over their ends, and not over squares. One other class is drawn for each image, the same for all models. "
    "Signs count where the map has any.",
    cost="E",
)
KNOWN_ANSWER = KnownAnswer(1, maps="random")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Structural similarity in [-1, 1]."""
    return Scores(per_image("RandomLogit", subject, softmax=False, num_classes=subject.classes, seed=subject.seed))
