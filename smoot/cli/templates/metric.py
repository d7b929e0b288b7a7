"""NAME: is the attribution on few pixels? Hoyer's sparseness of the map.

`smoot new metric` has written this file. Put your own score, parameters and text in its place: `smoot.metrics` says
what a metric is, and `smoot.scoring.metric` what it is given.
"""

import numpy as np

from smoot.artifacts.metric_info import MetricInfo
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="NAME",
    category="complexity",
    higher_is_better=True,
    citation="Hoyer, JMLR 2004",
    link="https://www.jmlr.org/papers/v5/hoyer04a.html",
    meaning="How far the attribution is concentrated on few pixels.",
    formula="(√d − Σᵢ |aᵢ| / √(Σᵢ aᵢ²)) / (√d − 1); i runs over the map's d pixels",
    limits=(0, 1),
    deviations="A map of few pixels need not be of the right ones.",
)
KNOWN_ANSWER = KnownAnswer(1, maps="pixel")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Values in [0, 1]: 0 where all pixels have the same absolute attribution, 1 where a single one has any."""
    maps = np.abs(subject.maps.astype(float)).reshape(len(subject), -1)
    root = np.sqrt(maps.shape[1])
    ratio = maps.sum(axis=1) / np.linalg.norm(maps, axis=1)
    return Scores((root - ratio) / (root - 1))
