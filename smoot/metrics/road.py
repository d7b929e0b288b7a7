"""road: is the model still right when the highest-ranked pixels are imputed from their neighbours?

Not by Quantus, whose ROAD gives one accuracy for a whole set, and takes the channels of a pixel for pixels of their
own: the same accuracy, an image at a time.
"""

import zlib
from typing import Annotated

import numpy as np
from pydantic import Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import MASKED_TRAINING
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="ROAD",
    category="faithfulness",
    higher_is_better=False,
    citation="Rong et al., ICML 2022",
    link="https://arxiv.org/abs/2202.00449",
    meaning="Whether the model is still right when the pixels of the highest attribution are filled in from their "
    "neighbours.",
    formula="Σ_q c_q / n; q runs over the n percentages; c_q = 1 if argmax f(x_q) = y, else 0; x_q is x with the q "
    "% of the pixels of the highest a imputed, all channels: each is the weighted mean of its neighbours, 1/6 for "
    "those at its sides and 1/12 for those at its corners, where these are imputed too solved for together, plus "
    "Gaussian noise of standard deviation noise",
    limits=(0, 1),
    deviations=(
        "The paper and Quantus give one accuracy of the whole set for each percentage, and Quantus that of the first "
        "batch alone; here every image has a score of its own, and their mean is the mean of those accuracies. Quantus "
        "takes every channel of a pixel for a pixel of its own; here whole pixels go. Of the paper's two orders only "
        "that with the highest attribution first is scored. "
        f"{MASKED_TRAINING}"
    ),
    correct_only=False,
    cost="percentages F",
)
KNOWN_ANSWER = KnownAnswer(1, maps="random", model="constant")


class Params(MetricParams):
    percentages: list[Annotated[int, Field(gt=0, lt=100)]] = Field([10, 30, 50, 70, 90], min_length=1)
    """The percentages of the pixels that are imputed. Each costs a forward pass."""
    noise: float = Field(0.01, ge=0)
    """The standard deviation of what is added to imputed pixels, in normalised pixels."""


def score(subject: Subject, params: Params) -> Scores:
    """The fraction of the percentages at which the image is classified correctly; its mean is ROAD's mean accuracy."""
    ranking = (-subject.maps.reshape(len(subject), -1)).argsort(axis=1, kind="stable")
    right = [
        subject.predict(imputed(subject, ranking[:, : max(1, ranking.shape[1] * share // 100)], params.noise)).argmax(1)
        == subject.labels
        for share in params.percentages
    ]
    return Scores(np.mean(right, axis=0))


def imputed(subject: Subject, pixels: np.ndarray, noise: float) -> np.ndarray:
    """The images, `pixels` (n, k) imputed. The noise depends on the image and the seed, and not on other images."""
    from smoot.metrics._imputation import impute

    images = subject.images.copy()
    for image, missing in zip(images, pixels, strict=True):
        rng = np.random.default_rng([zlib.crc32(image.tobytes()), subject.seed])
        values = impute(image, missing)
        image.reshape(len(image), -1)[:, missing] = values + noise * rng.standard_normal(values.shape)
    return images
