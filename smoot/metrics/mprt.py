"""mprt: how much of the map is left when all of the model's weights are drawn anew?"""

from smoot.artifacts.scores import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Model parameter randomisation",
    category="randomisation",
    higher_is_better=False,
    citation="Adebayo et al., NeurIPS 2018",
    cost="2 E",
)


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
