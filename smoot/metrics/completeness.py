"""completeness: how far is the map's sum from what it should add up to, f_y(x) − f_y(0)?

Quantus compares the two floats by ==, which no map of a real model passes.
"""

import numpy as np

from smoot.artifacts.scores import MetricInfo
from smoot.scoring.metric import MetricParams, NotApplicableError, Scores, Subject

INFO = MetricInfo(
    title="Completeness gap",
    category="axiomatic",
    higher_is_better=False,
    citation="Sundararajan, Taly, Yan, ICML 2017",
    scale="the sum of a map is what it is about",
    cost="F",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """|Σ map − (f_y(x) − f_y(0))| relative to |f_y(x) − f_y(0)|, at least 0; 0 is the mean colour. NaN without change.

    Applies to attributions that promise completeness.
    """
    if not subject.complete:
        raise NotApplicableError("the attribution does not promise that its maps are complete")
    blank = subject.predict(np.zeros_like(subject.images[:1]))[0, subject.labels]
    change = subject.predict(subject.images)[np.arange(len(subject)), subject.labels] - blank
    gap = np.abs(subject.maps.sum((1, 2, 3), dtype=np.float64) - change)
    return Scores(np.divide(gap, np.abs(change), out=np.full(len(subject), np.nan), where=change != 0))
