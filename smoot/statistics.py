"""Statistics over training seeds: pure functions on arrays. docs/statistics.md says why these.

The replicate is the training seed. Seeds are paired across methods: the same seed gives the same first weights and the
same order of the images, so methods are compared by their differences within a seed. An interval is for the mean of
such differences: (NaN, NaN) where they are fewer than two or not all finite, and the point where they are all equal.
"""

import math
from functools import cache

import numpy as np

ALPHA = 0.05  # the chance of any false claim

# Seeds up to which all sign flips are looked at, and how many flips are drawn of more.
EXACT, DRAWN = 20, 99_999
CHUNK = 8192  # flips at a time


def t_interval(
    differences: np.ndarray, confidence: float = 0.95, where: np.ndarray | bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Student's intervals for the means of (..., n) differences, exact for normal ones (Student, Biometrika 1908).

    where: broadcast to the differences; those to leave out are false. Returns (low, high), (...) each.
    """
    taken = np.broadcast_to(where, differences.shape)
    n = taken.sum(-1)
    least = np.min(differences, -1, where=taken, initial=np.inf)
    most = np.max(differences, -1, where=taken, initial=-np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(taken, differences, 0).sum(-1) / n
        squares = np.where(taken, differences - mean[..., None], 0) ** 2
        half = t_quantile(n, confidence) * (np.sqrt(squares.sum(-1) / (n - 1)) / np.sqrt(n))
        known, spread = (n > 1) & np.isfinite(mean), least < most
        low, high = np.where(spread, mean - half, least), np.where(spread, mean + half, least)
    return np.where(known, low, np.nan)[()], np.where(known, high, np.nan)[()]


def paired(scores: np.ndarray, others: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(mean, low, high) of scores − others: of (..., seeds), NaN where there is no score, (...) each."""
    by_seed = scores - others
    known = ~np.isnan(by_seed)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(by_seed, axis=-1) / known.sum(-1)
    return mean, *t_interval(by_seed, confidence, known)


def t_quantile(n: np.ndarray, confidence: float) -> np.ndarray:
    """Half the widths of Student's intervals of n differences, in standard errors; NaN for fewer than two."""
    sizes, places = np.unique(n, return_inverse=True)
    return np.array([_t_quantile(size, confidence) for size in sizes.tolist()])[places].reshape(np.shape(n))


@cache
def _t_quantile(n: int, confidence: float) -> float:
    from scipy.stats import t as student

    return float(student.ppf((1 + confidence) / 2, n - 1)) if n > 1 else math.nan


def sign_flip_p(differences: np.ndarray) -> np.ndarray:
    """Two-sided p of sign flips of (..., n) paired differences (Fisher 1935), (...); NaN for n = 0 and what is not
    finite.

    Exact for n ≤ EXACT, else of DRAWN flips drawn with a fixed seed.
    """
    *shape, n = differences.shape
    rows = differences.reshape(-1, n) if n else np.full((math.prod(shape), 1), np.nan)
    known = np.isfinite(rows).all(-1)
    p = np.full(len(rows), np.nan)
    p[known] = _drawn_p(rows[known]) if n > EXACT else [_exact_p(row) for row in rows[known]]
    return p.reshape(shape)[()]


def _exact_p(differences: np.ndarray) -> float:
    """The p value by all flips of (n,) differences."""
    least = abs(differences.sum()) - _rounding(differences)
    if least <= 0:
        return 1.0
    # The sum of every flip is one of the first half's and one of the second's. Half of those that are at least as far
    # from 0 are above it, as every flip has its opposite.
    first, second = (_sums(half) for half in np.array_split(differences, 2))
    above = len(second) - np.searchsorted(np.sort(second), least - first)
    return 2 * int(above.sum()) / 2 ** len(differences)


def _sums(differences: np.ndarray) -> np.ndarray:
    """(2ⁿ,) of all flips of (n,)."""
    sums = np.zeros(1)
    for difference in differences:
        sums = np.concatenate([sums + difference, sums - difference])
    return sums


def _drawn_p(differences: np.ndarray) -> np.ndarray:
    """The p values of (m, n) differences, all by the same DRAWN flips, and the observed signs as one more; those of
    SciPy's permutation_test."""
    observed, rounding = differences.sum(-1), _rounding(differences)
    rng, pairs = np.random.default_rng(0), np.tile([1.0, -1.0], (CHUNK, differences.shape[-1], 1))
    below = above = np.ones(len(differences))
    for start in range(0, DRAWN, CHUNK):
        sums = rng.permuted(pairs[: DRAWN - start], axis=-1)[..., 0] @ differences.T
        below = below + (sums <= observed + rounding).sum(0)
        above = above + (sums >= observed - rounding).sum(0)
    return np.minimum(2 * np.minimum(below, above) / (DRAWN + 1), 1)


def _rounding(differences: np.ndarray) -> np.ndarray:
    """The largest amount by which the sums of flips that tie can differ."""
    return 1e-12 * np.abs(differences).sum(-1)


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


def probability_of_improvement(scores: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """P(score > reference), in [0, 1], over all pairs of the (..., n) scores and (..., k) reference scores, ties
    counting half; NaNs are left out. NaN without a pair.

    That of Agarwal et al. (NeurIPS 2021) for one task: not paired by seed, as it is about a run of one method and any
    run of the other.
    """
    signs = np.sign(scores[..., :, None] - reference[..., None, :])
    pairs = np.count_nonzero(~np.isnan(signs), axis=(-2, -1))
    with np.errstate(invalid="ignore"):
        return (np.nansum(signs, axis=(-2, -1)) / pairs + 1) / 2


def over_datasets(differences: np.ndarray) -> np.ndarray:
    """One metric's (datasets, seeds) paired differences to (seeds,) means, all data sets weighing the same.

    Their interval and p are those of an aggregate with fixed data sets, the seeds being the replicates. A seed that
    some data set lacks (NaN) is left out, as its mean would be over other data sets than the rest.
    """
    complete = ~np.isnan(differences).any(axis=0)
    return differences[:, complete].mean(axis=0)


def effects(
    mm: np.ndarray, bm: np.ndarray, mb: np.ndarray, bb: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(the map's effect, the model's effect, the fit) of scores of two maps on two models, (...) each.

    mm: the method's map on the method's model. bm: the baseline's map on the method's model. mb: the method's map on
    the baseline's model. bb: the baseline's map on the baseline's model. The first two are the Shapley values of map
    and model, and add up to mm − bb. The fit is how much better the maps suit their own models than each other's.
    """
    return ((mm - bm) + (mb - bb)) / 2, ((bm - bb) + (mm - mb)) / 2, (mm - bm) - (mb - bb)


def equivalence_p(differences: np.ndarray, margin: float) -> np.ndarray:
    """(...) p that the means of (..., n) differences lie beyond ±margin: two one-sided t-tests (Schuirmann 1987).

    margin: above 0. A small p says that the two are as good as each other within the margin. NaN for fewer than two.
    """
    from scipy.stats import t as student

    n = differences.shape[-1]
    if n < 2:
        return np.full(differences.shape[:-1], np.nan)
    mean, error = differences.mean(-1), differences.std(-1, ddof=1) / math.sqrt(n)
    inside = margin - np.abs(mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(error > 0, inside / error, np.where(inside > 0, np.inf, -np.inf))
    return student.sf(statistic, n - 1)
