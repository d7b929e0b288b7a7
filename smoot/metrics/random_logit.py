"""random_logit: how alike are the maps of the true class and of another one, drawn at random?"""

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Random logit", "randomisation", False, "Sixt, Granz, Landgraf, ICML 2020", cost="E")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Structural similarity in [-1, 1]."""
    return Scores(per_image("RandomLogit", subject, softmax=False, num_classes=subject.classes, seed=subject.seed))
