"""noise_accuracy: is the model still right when the image is noisy? A property of the model, whatever the maps say."""

from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import Curves, MetricParams, Scores, Subject, ascending

INFO = MetricInfo(
    title="Accuracy under noise",
    category="performance",
    higher_is_better=True,
    citation="after Hendrycks, Dietterich, ICLR 2019",
    link="https://arxiv.org/abs/1903.12261",
    meaning="How accurate the model is on images with Gaussian noise of several strengths.",
    formula="the mean of c_j over the σ_j in sigmas; c_j = 1 if argmax f(x + σ_j z) = y, else 0; z is Gaussian, of "
    "pixels from 0 to 1, and drawn once for each image, the same for all models",
    limits=(0, 1),
    deviations="The paper has fifteen kinds of corruption, of which this is one, and cuts noisy pixels to the valid "
    "range; here they may lie outside, as in training by the method noise. It is of the model, whatever the map, "
    "and of all images, also those that the model gets wrong.",
    correct_only=False,
    of_model=True,
    cost="sigmas F",
    reading="Accuracy on noisy images, by the standard deviation of the noise.",
)
KNOWN_ANSWER = KnownAnswer(1, maps="random", model="constant")


class Params(MetricParams):
    sigmas: Annotated[list[Annotated[float, Field(ge=0)]], AfterValidator(ascending)] = Field(
        [0.1, 0.2, 0.4], min_length=1
    )
    """Standard deviations of the noise, with pixels from 0 to 1, in ascending order: a point of the curve for each."""


def score(subject: Subject, params: Params) -> Scores:
    """Values in [0, 1]: the mean of the curve "noisy", still right at each σ, 0 or 1."""
    black, white = subject.black_and_white
    noise = (white - black) * np.random.default_rng(subject.seed).standard_normal(subject.images.shape)
    right = np.stack(
        [
            subject.predict((subject.images + sigma * noise).astype(np.float32)).argmax(1) == subject.labels
            for sigma in params.sigmas
        ],
        axis=1,
    )
    curve = Curves(np.array(params.sigmas), "standard deviation σ of the noise", "accuracy", right, limits=(0, 1))
    return Scores(right.mean(1), {"noisy": curve})
