"""Statistics over training seeds: pure functions on arrays.

The replicate is the training seed. Seeds are paired across methods: the same seed gives the same first weights and the
same order of the images, so methods are compared by their differences within a seed.
"""

from itertools import product

import numpy as np
from scipy import stats

Interval = tuple[float, float]


def t_interval(differences: np.ndarray, confidence: float = 0.95) -> Interval:
    """Student's interval for the mean of (n,) paired differences; NaNs for n < 2.

    Its coverage holds for few seeds, where that of the percentile bootstrap does not.
    """
    n = len(differences)
    if n < 2:
        return float("nan"), float("nan")
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * np.std(differences, ddof=1) / np.sqrt(n)
    return float(np.mean(differences) - half), float(np.mean(differences) + half)


def sign_flip_p(differences: np.ndarray) -> float:
    """Exact two-sided p of a paired sign-flip test on (n,) differences: all 2^n flips are tried; NaN for n > 20."""
    if len(differences) > 20:
        return float("nan")
    observed = abs(np.mean(differences))
    flipped = np.array(list(product((-1, 1), repeat=len(differences)))) @ differences / len(differences)
    return float(np.mean(np.abs(flipped) >= observed - 1e-12 * (1 + observed)))


def smallest_p(n: int) -> float:
    """The smallest two-sided p that a sign-flip test on n pairs can give."""
    return 2.0 ** (1 - n)


def can_claim(n: int, tests: int, alpha: float = 0.05) -> bool:
    """Whether n seeds can carry a claim of significance at all, corrected (Bonferroni) for the number of tests."""
    return n >= 1 and tests * smallest_p(n) <= alpha


def probability_of_improvement(scores: np.ndarray, reference: np.ndarray) -> float:
    """P(a run's score > a reference run's), over all pairs, ties counting half (Agarwal et al., NeurIPS 2021)."""
    if not len(scores) or not len(reference):
        return float("nan")
    wins = np.sign(scores[:, None] - reference[None, :])
    return float((wins.mean() + 1) / 2)
