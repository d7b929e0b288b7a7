"""random_logit: how alike are the maps of the true class and of another one, drawn at random?"""

from smoot.artifacts.scores import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Random logit",
    category="randomisation",
    higher_is_better=False,
    citation="Sixt, Granz, Landgraf, ICML 2020",
    cost="E",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Structural similarity in [-1, 1]."""
    return Scores(per_image("RandomLogit", subject, softmax=False, num_classes=subject.classes, seed=subject.seed))
