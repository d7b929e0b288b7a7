"""completeness: how far is the map's sum from what it should add up to, f_y(x) − f_y(0)?

Quantus compares the two floats by ==, which no map of a real model passes.
"""

import numpy as np

from smoot.artifacts.metric_info import MetricInfo
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, NotApplicableError, Scores, Subject

INFO = MetricInfo(
    title="Completeness gap",
    category="axiomatic",
    higher_is_better=False,
    citation="Sundararajan, Taly, Yan, ICML 2017",
    link="https://arxiv.org/abs/1703.01365",
    meaning="How far the map's sum is from the change of the logit that it promises to add up to.",
    formula="|Σᵢ aᵢ − (f_y(x) − f_y(0))| / |f_y(x) − f_y(0)|; 0 is an image of the training images' mean colour",
    limits=(0, None),
    deviations="The paper states an axiom, that the two are equal; this is by how much they are not. Quantus "
    "compares them by ==, which failed even for integrated gradients of 200 steps. It applies only to attributions "
    "that promise completeness. Where the logit hardly changes a small gap becomes a large score, and where it "
    "does not change there is none.",
    scale="the sum of a map is what it is about",
    cost="F",
)
KNOWN_ANSWER = KnownAnswer(0, maps="contributions", tolerance=1e-3)


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
