"""accuracy_drop: how much sooner does accuracy fall when pixels go in the map's order, rather than in random order?

A model that was trained on masked images is robust to masking as such, whatever its maps are worth. So the area under
the accuracy curve is never shown alone: the score is the area of the same model's random order less that of the map's.
"""

import numpy as np

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._replaced_pixels import FILLS, RemovalFill, places, substitute
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import Curves, MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Accuracy drop, random − saliency",
    category="faithfulness",
    higher_is_better=True,
    citation="after Ismail et al., NeurIPS 2021",
    link="https://arxiv.org/abs/2111.14338",
    meaning="How much sooner accuracy falls when pixels are removed in the map's order than when they are removed "
    "at random.",
    formula="A(random order) − A(map's order, highest a first); A = (½c₀ + c₁ + … + c₈ + ½c₉) / 9; c_j = 1 if "
    "argmax f(x_j) = y, else 0; x_j is x with the first 10j % of its pixels replaced, all channels, by fill: "
    f"{FILLS}",
    limits=(-1, 1),
    deviations="The paper shows the curve of the map's order alone, and fills with the image's top-left pixel. A "
    "model trained on masked images keeps more of its accuracy when pixels go, whichever go, so here the same "
    "model's random order is subtracted. That order is drawn once for each image, the same for all models. The "
    "score depends on the fill, and two fills can order methods in opposite ways: read at least two. Nothing is "
    "trained again on the images that miss pixels.",
    correct_only=False,
    cost="10 F + 10 S",
    summaries=("saliency_area", "random_area"),
    difference=("random_area", "saliency_area"),
    reading="The accuracy drop: solid, the pixels that the map ranks highest go first; dashed, the same model, pixels "
    "in random order. A model trained on masked images is robust to masking as such, so what counts is the gap between "
    "the two lines; and as the gap depends on what a removed pixel is replaced with, more than one fill is shown.",
)
KNOWN_ANSWER = KnownAnswer(0, maps="random", model="constant")

REMOVED = np.arange(0, 100, 10) / 100


class Params(MetricParams):
    fill: RemovalFill = "image_min"
    """What a removed pixel becomes: the image's minimum in that channel, its mean, or drawn between its extremes.
    Methods that mask are robust to their own fill, so score by more than one."""


def score(subject: Subject, params: Params) -> Scores:
    """Values in [-1, 1], and the curves "saliency" and "random": still right with 0, 10, …, 90 % removed, 0 or 1."""

    def chance() -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(subject.seed)
        fill = substitute(subject.images, params.fill, rng)
        return fill, correct_without(subject, rng.random((len(subject), subject.maps[0].size)), fill)

    fill, by_chance = subject.once(("accuracy_drop", params.fill), chance)
    by_saliency = correct_without(subject, subject.maps.reshape(len(subject), -1), fill)
    return Scores(
        area(by_chance) - area(by_saliency),
        {"saliency": _curve(by_saliency), "random": _curve(by_chance, reference=True)},
        {"saliency_area": area(by_saliency), "random_area": area(by_chance)},
    )


def _curve(right: np.ndarray, reference: bool = False) -> Curves:
    x_label, y_label = "fraction of pixels removed", "accuracy"
    return Curves(x=REMOVED, x_label=x_label, y_label=y_label, values=right, limits=(0, 1), reference=reference)


def correct_without(subject: Subject, ranking: np.ndarray, fill: np.ndarray) -> np.ndarray:
    """(n, 10) bool. ranking: (n, H · W), the highest removed first, of equal ones the first in row order."""
    ranks = places(ranking).reshape(subject.maps.shape)
    pixels = ranking.shape[1]
    curves = [
        subject.predict(np.where(ranks < round(removed * pixels), fill, subject.images)).argmax(1) == subject.labels
        for removed in REMOVED
    ]
    return np.stack(curves, axis=1)


def area(curves: np.ndarray) -> np.ndarray:
    """(n,): the trapezoid area under (n, 10) curves, over the fraction removed, as a mean height."""
    return np.trapezoid(curves.astype(float), REMOVED, axis=1) / (REMOVED[-1] - REMOVED[0])
