"""Statistics over training seeds: pure functions on arrays. docs/statistics.md says why these.

The replicate is the training seed. Seeds are paired across methods: the same seed gives the same first weights and the
same order of the images, so methods are compared by their differences within a seed. An interval is for the mean of
such differences: (NaN, NaN) where they are fewer than two or not all finite, and the point where they are all equal.
"""

import math

import numpy as np
from scipy import special, stats

Interval = tuple[float, float]

ALPHA = 0.05  # the chance of any false claim

# Seeds up to which all sign flips are looked at, and how many flips are drawn of more.
EXACT, DRAWN = 20, 99_999


def t_interval(differences: np.ndarray, confidence: float = 0.95) -> Interval:
    """Student's interval for the mean of (n,) differences, exact for normal ones (Student, Biometrika 1908)."""
    if (known := _degenerate(differences)) is not None:
        return known
    low, high = stats.t.interval(confidence, len(differences) - 1, np.mean(differences), _error(differences))
    return float(low), float(high)


def percentile_interval(
    differences: np.ndarray, confidence: float = 0.95, seed: int = 0, draws: int = 9999
) -> Interval:
    """The percentile bootstrap's for the mean of (n,) differences (Efron & Tibshirani 1993, ch. 13)."""
    if (known := _degenerate(differences)) is not None:
        return known
    means = _resampled(differences, seed, draws).mean(axis=1)
    low, high = np.mean(differences) + np.quantile(means, _tails(confidence))
    return float(low), float(high)


def bca_interval(differences: np.ndarray, confidence: float = 0.95, seed: int = 0, draws: int = 9999) -> Interval:
    """The bias-corrected and accelerated bootstrap's for the mean of (n,) differences (Efron, JASA 1987)."""
    if (known := _degenerate(differences)) is not None:
        return known
    means = _resampled(differences, seed, draws).mean(axis=1)
    centred = differences - np.mean(differences)
    # With few seeds many resamples have the very mean of the sample; rounding must not decide on which side they count.
    signs = np.sign(means) * (np.abs(means) > 1e-12 * np.abs(differences).max())
    bias = special.ndtri((1 - signs.mean()) / 2)
    acceleration = np.sum(centred**3) / (6 * np.sum(centred**2) ** 1.5)
    z = bias + special.ndtri(_tails(confidence))
    low, high = np.mean(differences) + np.quantile(means, special.ndtr(bias + z / (1 - acceleration * z)))
    return float(low), float(high)


def bootstrap_t_interval(
    differences: np.ndarray, confidence: float = 0.95, seed: int = 0, draws: int = 9999
) -> Interval:
    """The studentised bootstrap's for the mean of (n,) differences (Efron & Tibshirani 1993, ch. 12.5).

    A resample of one value over and over has no spread and an infinite t. For n ≤ 3 these are so many that the interval
    is unbounded on both sides.
    """
    if (known := _degenerate(differences)) is not None:
        return known
    samples = _resampled(differences, seed, draws)
    means = samples.mean(axis=1)
    t = np.copysign(np.inf, means)
    np.divide(means, _error(samples), out=t, where=np.ptp(samples, axis=1) > 0)
    # An order statistic, as infinities cannot be interpolated.
    high, low = np.mean(differences) - np.quantile(t, _tails(confidence), method="inverted_cdf") * _error(differences)
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
    known = np.flatnonzero(~np.isnan(adjusted))
    order = known[np.argsort(adjusted[known])]
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


def _degenerate(differences: np.ndarray) -> Interval | None:
    if len(differences) < 2 or not np.isfinite(differences).all():
        return float("nan"), float("nan")
    return (float(differences[0]),) * 2 if np.ptp(differences) == 0 else None


def _error(samples: np.ndarray) -> np.ndarray:
    return np.std(samples, axis=-1, ddof=1) / np.sqrt(samples.shape[-1])


def _tails(confidence: float) -> np.ndarray:
    return np.array([(1 - confidence) / 2, (1 + confidence) / 2])


def _resampled(differences: np.ndarray, seed: int, draws: int) -> np.ndarray:
    """(draws, n) resamples from the centred differences, sorted first so that the seeds' order is of no effect."""
    centred = np.sort(differences) - np.mean(differences)
    return centred[np.random.default_rng(seed).integers(len(centred), size=(draws, len(centred)))]
