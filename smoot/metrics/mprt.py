"""mprt: how much of the map is left when all of the model's weights are drawn anew?"""

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Model parameter randomisation", "randomisation", False, "Adebayo et al., NeurIPS 2018", cost="2 E")


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
