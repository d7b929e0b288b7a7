"""faithfulness_correlation: do the pixels that the map sums highest change the class score most, when replaced?"""

from pydantic import Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._pixel_removal import over_pixels
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Faithfulness correlation",
    category="faithfulness",
    higher_is_better=True,
    citation="Bhatt, Weller, Moura, IJCAI 2020",
    link="https://arxiv.org/abs/2005.00631",
    meaning="Whether the logit falls most when those pixels are replaced that together have the most attribution.",
    formula="corr(Σ_{i∈S} aᵢ, f_y(x) − f_y(x_S)); corr is Pearson's correlation over as many random sets S as runs "
    "says; S has ⌊subset · d⌋ pixels, at least one; x_S is x with the pixels of S, all channels, replaced by the "
    "image's mean colour",
    limits=(-1, 1),
    deviations="Quantus replaces by the image's minimum unless told otherwise, and takes every channel of a pixel "
    "for a pixel of its own; here whole pixels are replaced. The sets are drawn by the seed, the same for all "
    "models and attributions. Undefined where no set changes the logit.",
    cost="(runs + 1) S",
)
KNOWN_ANSWER = KnownAnswer(1, maps="losses")


class Params(MetricParams):
    runs: int = Field(100, ge=2)
    """Random subsets of each image's pixels that are removed. More make the correlation less noisy."""
    subset: float = Field(0.1, gt=0, lt=1)
    """The fraction of the image's pixels in a subset."""


def score(subject: Subject, params: Params) -> Scores:
    """Pearson correlations in [-1, 1] between a subset's attribution and the fall of the logit."""
    size = max(1, int(params.subset * subject.maps[0].size))
    return Scores(
        over_pixels(
            "FaithfulnessCorrelation",
            subject,
            softmax=False,
            same_masks=True,
            nr_runs=params.runs,
            subset_size=size,
            return_aggregate=False,
        )
    )
