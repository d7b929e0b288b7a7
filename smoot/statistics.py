"""Statistics over training seeds: pure functions on arrays. docs/statistics.md says why these.

The replicate is the training seed. Seeds are paired across methods: the same seed gives the same first weights and the
same order of the images, so methods are compared by their differences within a seed. An interval is for the mean of
such differences: (NaN, NaN) where they are fewer than two or not all finite, and the point where they are all equal.
"""

import math

import numpy as np
from scipy import stats

Interval = tuple[float, float]

ALPHA = 0.05  # the chance of any false claim

# Seeds up to which all sign flips are looked at, and how many flips are drawn of more.
EXACT, DRAWN = 20, 99_999


def t_interval(differences: np.ndarray, confidence: float = 0.95) -> Interval:
    """Student's interval for the mean of (n,) differences, exact for normal ones (Student, Biometrika 1908)."""
    if (interval := degenerate(differences)) is not None:
        return interval
    low, high = stats.t.interval(confidence, len(differences) - 1, np.mean(differences), standard_error(differences))
    return float(low), float(high)


def sign_flip_p(differences: np.ndarray) -> float:
    """Two-sided p of sign flips of (n,) paired differences (Fisher 1935); NaN for none, or if not all are finite.

    Exact for n ≤ EXACT, else of DRAWN flips drawn with a fixed seed.
    """
    if not len(differences) or not np.isfinite(differences).all():
        return float("nan")
    if len(differences) > EXACT:
        drawn = stats.permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=DRAWN, rng=0)
        return float(drawn.pvalue)
    sums = np.zeros(1)
    for difference in differences:
        sums = np.concatenate([sums + difference, sums - difference])
    # Flips that tie with the observed sum differ from it by rounding.
    tolerance = 1e-12 * np.sum(np.abs(differences))
    return float(np.mean(np.abs(sums) >= np.abs(np.sum(differences)) - tolerance))


def smallest_p(n: int) -> float:
    """The smallest two-sided p that `sign_flip_p` of n ≥ 1 pairs can give."""
    return 2.0 ** (1 - n) if n <= EXACT else 2 / (DRAWN + 1)


def can_claim(n: int, tests: int, alpha: float = ALPHA) -> bool:
    """Whether n seeds can carry any claim of significance, corrected (Bonferroni or Holm) for the number of tests."""
    return n >= 1 and tests * smallest_p(n) <= alpha


def seeds_needed(tests: int, alpha: float = ALPHA) -> int:
    """The fewest seeds of which `can_claim` is true, for one test or more; exact for up to 26,000 tests."""
    return 1 + math.ceil(math.log2(tests / alpha))


def holm(p: np.ndarray) -> np.ndarray:
    """(m,) p values to (m,) adjusted for all of them (Holm, Scand. J. Statist. 1979). NaNs stay, uncounted.

    Rejecting those ≤ α keeps the chance of any false rejection ≤ α, however the tests depend on each other.
    """
    adjusted = np.array(p, dtype=float)
    tested = np.flatnonzero(~np.isnan(adjusted))
    order = tested[np.argsort(adjusted[tested])]
    adjusted[order] = np.minimum(np.maximum.accumulate(adjusted[order] * np.arange(len(order), 0, -1)), 1)
    return adjusted


def probability_of_improvement(scores: np.ndarray, reference: np.ndarray) -> float:
    """P(score > reference), in [0, 1], over all pairs of the (n,) scores and (k,) reference scores, ties counting half.

    That of Agarwal et al. (NeurIPS 2021) for one task: not paired by seed, as it is about a run of one method and any
    run of the other.
    """
    if not len(scores) or not len(reference):
        return float("nan")
    return float((np.sign(scores[:, None] - reference[None, :]).mean() + 1) / 2)


def over_datasets(differences: np.ndarray) -> np.ndarray:
    """One metric's (datasets, seeds) paired differences to (seeds,) means, all data sets weighing the same.

    Their interval and p are those of an aggregate with fixed data sets, the seeds being the replicates. A seed that
    some data set lacks (NaN) is left out, as its mean would be over other data sets than the rest.
    """
    complete = ~np.isnan(differences).any(axis=0)
    return differences[:, complete].mean(axis=0)


def degenerate(differences: np.ndarray) -> Interval | None:
    """The interval of (n,) differences that have no spread to speak of; None where they have one."""
    if len(differences) < 2 or not np.isfinite(differences).all():
        return float("nan"), float("nan")
    return (float(differences[0]),) * 2 if np.ptp(differences) == 0 else None


def standard_error(samples: np.ndarray) -> np.ndarray:
    """Of the means of (..., n) samples, (...)."""
    return np.std(samples, axis=-1, ddof=1) / np.sqrt(samples.shape[-1])
