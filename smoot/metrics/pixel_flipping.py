"""pixel_flipping: how fast does the class probability fall as pixels are replaced, the highest-ranked first?"""

import math

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import LOGIT_SCALE, MASKED_TRAINING
from smoot.metrics._pixel_removal import over_pixels
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Pixel flipping",
    category="faithfulness",
    higher_is_better=False,
    citation="Bach et al., PLOS ONE 2015",
    link="https://doi.org/10.1371/journal.pone.0130140",
    meaning="How long the class's probability lasts while pixels are replaced, those of the highest attribution first.",
    formula="(½p₁ + p₂ + … + p_{H−1} + ½p_H) / (H − 1); p_t is p_y of x with the t · W pixels of the highest a, all "
    "channels, replaced by the image's mean colour; the image has H rows of W pixels",
    limits=(0, 1),
    deviations=(
        "The paper inverts the pixels of digits; Quantus replaces by the image's minimum unless told otherwise, takes "
        "every channel of a pixel for a pixel of its own, and its area is not divided by the number of steps. The "
        "curve begins after the first step and not with the intact image. "
        f"{MASKED_TRAINING} {LOGIT_SCALE}"
    ),
    cost="H F",
)
KNOWN_ANSWER = KnownAnswer(1 / (1 + 2 * math.exp(-2)), maps="random", model="constant")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Area under the curve of p_y, as its mean height in [0, 1]. A step replaces as many pixels as a row has."""
    height, width = subject.maps.shape[2:]
    area = over_pixels("PixelFlipping", subject, softmax=True, features_in_step=width, return_auc_per_sample=True)
    return Scores(area / (height - 1))
