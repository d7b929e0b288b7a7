"""local_lipschitz: the largest change of the map for each unit of change of the image, nearby."""

from smoot.artifacts.scores import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import NearbyParams, Scores, Subject

INFO = MetricInfo(
    title="Local Lipschitz estimate",
    category="robustness",
    higher_is_better=False,
    citation="Alvarez-Melis, Jaakkola, NeurIPS 2018",
    cost="samples E",
)


class Params(NearbyParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """At least 0, of maps scaled to a maximum of 1.

    The same perturbed images as those of max_sensitivity with the same radius: the paper looks around in a ball, where
    Quantus would draw Gaussian noise.
    """
    from quantus.functions.perturb_func import batch_uniform_noise

    return Scores(
        per_image(
            "LocalLipschitzEstimate",
            subject,
            softmax=False,
            nr_samples=params.samples,
            perturb_func=batch_uniform_noise,
            perturb_func_kwargs={"lower_bound": params.radius},
        )
    )
