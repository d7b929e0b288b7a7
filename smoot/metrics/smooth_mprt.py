"""smooth_mprt: how much of the map is left when all weights are drawn anew, maps being averaged over noisy images?"""

from dataclasses import replace

import numpy as np
from pydantic import Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._randomised import LAYERS, correlation
from smoot.scoring.cache import remember
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Smooth model parameter randomisation",
    category="randomisation",
    higher_is_better=False,
    citation="Hedström, Weber, Lapuschkin, Höhne, XAI in Action at NeurIPS 2023",
    link="https://arxiv.org/abs/2401.06465",
    meaning="How much of a map that is averaged over noisy copies of the image is left when all that the model has "
    "learnt is replaced by random weights.",
    formula="ρ(|b|, |b′|); ρ is Spearman's rank correlation over the pixels; b is the mean map of samples images, x "
    "and x + noise (max x − min x) ε; ε is Gaussian; b′ is that of the model with all of its layers drawn anew",
    limits=(-1, 1),
    deviations="The noise is the same for both models: with noise of its own for each, a map that looks at the image "
    "alone would score best. Quantus' SmoothMPRT makes maps by a method of its own, so its MPRT is given averaged maps "
    f"here. The paper draws layer after layer anew, and shows every step; this is the last, where all are. {LAYERS}",
    cost="2 samples E",
)
KNOWN_ANSWER = KnownAnswer(1, maps="random")


class Params(MetricParams):
    samples: int = Field(20, ge=1)
    """The images that a map is averaged over: x, and noisy copies of it."""
    noise: float = Field(0.15, gt=0)
    """The standard deviation of the noise, as a fraction of the range of the image's values."""


def score(subject: Subject, params: Params) -> Scores:
    """Spearman correlation in [-1, 1]."""
    shape = (params.samples - 1, *subject.images.shape[1:])
    noise = params.noise * np.random.default_rng(subject.seed).standard_normal(shape, dtype=np.float32)
    explain = subject.explain
    assert explain is not None, "it is a metric of maps"

    def averaged(model: object, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        spread = np.ptp(images, axis=(1, 2, 3), keepdims=True)
        total = explain(model, images, labels).astype(np.float64)
        for drawn in noise:
            total += explain(model, images + spread * drawn, labels)
        return (total / params.samples).astype(np.float32)

    once = remember(averaged, subject.model)
    maps = once(subject.model, subject.images, subject.labels)
    return Scores(correlation(replace(subject, maps=maps, explain=once)))
