"""faithfulness_correlation: do the pixels that the map sums highest change the class score most, when replaced?"""

from pydantic import Field

from smoot.core.blocks import Fraction
from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Faithfulness correlation", "faithfulness", True, "Bhatt, Weller, Moura, IJCAI 2020")


class Params(MetricParams):
    runs: int = Field(100, ge=2, description="random subsets an image")
    subset: Fraction = Field(0.1, description="the fraction of the image's values in a subset")


def score(subject: Subject, params: Params) -> Scores:
    """Pearson correlations in [-1, 1] between a subset's attribution and the fall of the logit."""
    size = max(1, int(params.subset * subject.images[0].size))
    return Scores(
        per_image(
            "FaithfulnessCorrelation",
            subject,
            softmax=False,
            nr_runs=params.runs,
            subset_size=size,
            perturb_baseline="mean",
            return_aggregate=False,
        )
    )
