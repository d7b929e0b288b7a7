"""non_sensitivity: do just those pixels have no attribution that the model does not react to?

As Quantus has it, but for whole pixels, many of them at once, and with the model's part shared by all attributions: no
other metric asks the model for so much.
"""

from typing import Annotated

import numpy as np
from pydantic import Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Non-sensitivity",
    category="axiomatic",
    higher_is_better=False,
    citation="Nguyen, Martínez, arXiv 2007.07584, 2020",
    link="https://arxiv.org/abs/2007.07584",
    meaning="On what share of the pixels map and model disagree about whether the pixel matters.",
    formula="#{i: just one of |aᵢ| / maxⱼ |aⱼ| ≥ threshold and |f_y(x) − f_y(x₋ᵢ)| ≥ threshold holds} / d; # counts "
    "the pixels; x₋ᵢ is x with pixel i, all channels, replaced by the image's mean colour",
    limits=(0, 1),
    deviations="Quantus fills with the image's minimum, so that a black background counts as not mattering, and "
    "counts pixels instead of their share; of images of one channel, with the same fill and threshold, the counts "
    "agree. The threshold on the logit is absolute, so a model of larger logits reacts to more pixels: part of the "
    "score is of the model, whatever the map, and methods can be ordered otherwise by another threshold.",
    cost="(H W + 1) S",
    tries=True,
)
KNOWN_ANSWER = KnownAnswer(1 / 64, maps="pixel", model="constant")

# Images with one pixel less that the model sees at once.
CHANGED_AT_ONCE = 256


class Params(MetricParams):
    images: int | None = Field(16, ge=1)
    """Only the first so many of the panel's images: the model sees each once for every pixel. null: all of them."""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.01
    """Below it an attribution, of a largest of 1, and a change of the logit count as none."""


def score(subject: Subject, params: Params) -> Scores:
    """The fraction of the pixels where map and model disagree: one of them is above the threshold, the other below."""
    reacts = subject.once("non_sensitivity", lambda: changes(subject)) >= params.threshold
    maps = np.abs(subject.maps.reshape(len(subject), -1))
    attributed = maps / maps.max(axis=1, keepdims=True) >= params.threshold
    return Scores((reacts != attributed).mean(axis=1))


def changes(subject: Subject) -> np.ndarray:
    """(n, H · W): how much f_y changes, up or down, when a pixel becomes the mean colour of the image."""
    result = np.empty((len(subject), subject.maps[0].size), np.float32)
    before = subject.predict(subject.images)
    for row, (image, label) in enumerate(zip(subject.images, subject.labels, strict=True)):
        flat = image.reshape(len(image), -1)
        for pixels in np.split(np.arange(flat.shape[1]), range(CHANGED_AT_ONCE, flat.shape[1], CHANGED_AT_ONCE)):
            less = np.tile(flat, (len(pixels), 1, 1))
            less[np.arange(len(pixels)), :, pixels] = flat.mean(axis=1)
            after = subject.predict(less.reshape(-1, *image.shape))[:, label]
            result[row, pixels] = np.abs(after - before[row, label])
    return result
