"""local_lipschitz: the largest change of the map for each unit of change of the image, nearby."""

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import NearbyParams, Scores, Subject

INFO = MetricInfo(
    title="Local Lipschitz estimate",
    category="robustness",
    higher_is_better=False,
    citation="Alvarez-Melis, Jaakkola, NeurIPS 2018",
    link="https://arxiv.org/abs/1806.07538",
    meaning="How strongly the map changes, for each unit by which the image is changed a little.",
    formula="maxⱼ ‖b(xⱼ) − b(x)‖₂ / ‖xⱼ − x‖₂; j = 1 … samples; xⱼ is x plus uniform noise in ±radius, in "
    "normalised pixels; b = a / maxᵢ |aᵢ|",
    limits=(0, None),
    deviations="The paper searches the neighbourhood for the largest ratio; here it is the largest of the samples, "
    "so it grows with their number. Quantus draws Gaussian noise; here it is the noise of max-sensitivity, so that "
    "both see the same images. Quantus scales maps by the largest value of the whole batch, so that the score "
    "depends on the size of the batch; here every map is scaled by its own.",
    cost="samples E",
)
KNOWN_ANSWER = KnownAnswer(0, maps="gradient")


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
