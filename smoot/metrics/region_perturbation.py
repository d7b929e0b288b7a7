"""region_perturbation: how much does the class probability fall as patches go, the highest-ranked first?"""

import numpy as np
from pydantic import Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.core.params_file import Fraction
from smoot.metrics._caveats import LOGIT_SCALE, MASKED_TRAINING
from smoot.metrics._quantus_call import per_image
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

# Quantus says that lower is better; but what it returns is the fall, of which more is better.
INFO = MetricInfo(
    title="Region perturbation",
    category="faithfulness",
    higher_is_better=True,
    citation="Samek et al., IEEE TNNLS 2017",
    link="https://arxiv.org/abs/1509.06321",
    meaning="How far the class's probability falls while patches are replaced, those of the highest attribution first.",
    formula="(1/L) Σₜ (p_y(x) − p_y(xₜ)); t = 1 … L; xₜ is x with the t patches of the highest sum of a, of patch × "
    "patch pixels in a grid, all channels, replaced by the mean of the image as it then is; L is share times the "
    "number of patches, rounded, at least 1",
    limits=(-1, 1),
    deviations=(
        "The paper fills with uniform noise, and divides by L + 1. Quantus says that lower is better; but what it "
        "returns is the fall, of which more is better. One mean of all channels is filled in, so a coloured image gets "
        "grey patches. "
        f"{MASKED_TRAINING} {LOGIT_SCALE}"
    ),
    cost="(1 + share H W / patch²) F",
)
KNOWN_ANSWER = KnownAnswer(0, maps="random", model="constant")


class Params(MetricParams):
    patch: int = Field(4, ge=1)
    """The side of a patch, in pixels."""
    share: Fraction = Field(0.3, gt=0)
    """The fraction of the patches that are removed, one after another. Each costs a forward pass."""


def score(subject: Subject, params: Params) -> Scores:
    """Values in [-1, 1]: p_y before less p_y after, the mean over the steps.

    A step replaces one patch, in all channels, by the mean of the image as it then is.
    """
    patches = np.prod([-(-side // params.patch) for side in subject.maps.shape[2:]])
    falls = per_image(
        "RegionPerturbation",
        subject,
        softmax=True,
        patch_size=params.patch,
        regions_evaluation=max(1, round(params.share * patches)),
        perturb_baseline="mean",
    )
    return Scores(falls.mean(axis=1))
