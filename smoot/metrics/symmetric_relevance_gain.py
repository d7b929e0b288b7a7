"""symmetric_relevance_gain: how much longer does the class probability last when the lowest pixels go first?

It needs no random order: both orders are the map's own, so an order that says nothing gains nothing.
"""

import numpy as np
from pydantic import Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import LOGIT_SCALE
from smoot.metrics._replaced_pixels import FILLS, RemovalFill, on_pixels, places, squares, substitute
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import Curves, MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Symmetric relevance gain",
    category="faithfulness",
    higher_is_better=True,
    citation="Blücher, Vielhaben, Strodthoff, TMLR 2024",
    link="https://arxiv.org/abs/2401.06654",
    meaning="How much longer the class's probability lasts when pixels are removed from the lowest attribution up than "
    "from the highest down.",
    formula="A(lowest a first) − A(highest a first); A = (½p₀ + p₁ + … + p₉ + ½p₁₀) / 10; p_j is p_y of x with the "
    "first 10j % of its squares of patch × patch pixels, by their mean a, all channels, replaced by fill: "
    f"{FILLS}",
    limits=(-1, 1),
    deviations=(
        "The paper removes 25 superpixels (SLIC), at 15 counts on a logarithmic scale; here single pixels, or squares "
        "of a grid, go in ten equal steps until none is left. It integrates the mean curve of all images, and the mean "
        "of the images' areas is the same. Superpixels follow what is in the image, so the score of a map of pixels is "
        "not that of the paper. A noise fill is drawn once for each image, the same for all models, where the paper "
        "averages over 5. The score depends on the fill: read at least two. A model trained on masked images keeps its "
        "probability longer in both orders: that cancels only in part. "
        f"{LOGIT_SCALE}"
    ),
    correct_only=False,
    cost="18 F + 2 S",
    summaries=("lowest_first_area", "highest_first_area"),
    difference=("lowest_first_area", "highest_first_area"),
    reading="The symmetric relevance gain: solid, the pixels that the map ranks highest go first; dashed, the same "
    "pixels from the other end. The two begin and end together, and the gap between them is the score.",
)
KNOWN_ANSWER = KnownAnswer(0, maps="random", model="constant")

REMOVED_SQUARES = np.linspace(0, 1, 11)


class Params(MetricParams):
    fill: RemovalFill = "image_min"
    """What a removed pixel becomes: the image's minimum in that channel, its mean, or drawn between its extremes."""
    patch: int = Field(1, ge=1)
    """The side of the squares that are removed as a whole, in pixels, as a map ranks them by its mean. 1: pixels."""


def score(subject: Subject, params: Params) -> Scores:
    """Values in [-1, 1], and the curves "highest first" and "lowest first": p_y with 0, 10, …, 100 % of the squares
    removed."""

    def whole_and_empty() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        fill = substitute(subject.images, params.fill, np.random.default_rng(subject.seed))
        return fill, _probability(subject, subject.images), _probability(subject, fill)

    fill, whole, empty = subject.once(("symmetric_relevance_gain", params.fill), whole_and_empty)
    size = subject.maps.shape[2:]
    relevance = squares(subject.maps, params.patch)

    def curve(ranking: np.ndarray) -> np.ndarray:
        order, units = on_pixels(places(ranking), params.patch, size), ranking.shape[1]
        between = [
            _probability(subject, np.where(order < round(removed * units), fill, subject.images))
            for removed in REMOVED_SQUARES[1:-1]
        ]
        return np.stack([whole, *between, empty], axis=1)

    lowest, highest = curve(-relevance), curve(relevance)
    areas = {"lowest_first_area": _area(lowest), "highest_first_area": _area(highest)}
    return Scores(
        areas["lowest_first_area"] - areas["highest_first_area"],
        {"highest first": _curve(highest), "lowest first": _curve(lowest, reference=True)},
        areas,
    )


def _probability(subject: Subject, images: np.ndarray) -> np.ndarray:
    """(n,): p_y of the images."""
    # Here, as it takes a while that a reader of a metric's INFO should not pay.
    from scipy.special import softmax

    p = softmax(subject.predict(images).astype(np.float64), axis=1)
    return p[np.arange(len(subject)), subject.labels]


def _area(curves: np.ndarray) -> np.ndarray:
    return np.trapezoid(curves, REMOVED_SQUARES, axis=1)


def _curve(values: np.ndarray, reference: bool = False) -> Curves:
    x_label, y_label = "fraction removed", "probability of the class"
    return Curves(
        x=REMOVED_SQUARES, x_label=x_label, y_label=y_label, values=values, limits=(0, 1), reference=reference
    )
