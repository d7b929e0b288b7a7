"""Statistics of two training methods, whose replicates are seeds."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from smoot import statistics
from smoot.core.errors import SmootError


class PairedDifference(NamedTuple):
    """The difference of two methods' scores, paired by seed."""

    mean: float
    low: float
    """Where Student's t interval begins; NaN of fewer than two seeds."""
    high: float
    p: float
    """Two-sided, of the sign-flip test, in (0, 1]; not adjusted."""
    improvement: float
    """The probability that a run of the method scores better than one of the reference, in [0, 1]."""
    seeds: int
    """How many both methods have."""


def paired_difference(
    scores: ArrayLike, reference: ArrayLike, *, confidence: float = 0.95, higher_is_better: bool = True
) -> PairedDifference:
    """Compares a method with a reference, such as a baseline, seed by seed.

    The numbers are those of the report. The interval is Student's (Biometrika 1908); p is that of the sign-flip test
    (Fisher 1935), of all flips up to 20 seeds, else of 99,999 drawn with a fixed seed. The probability of improvement
    is that of Agarwal et al. (NeurIPS 2021), over all pairs of runs.

    Args:
        scores: (n,) scores of the method, one for each seed; NaN where there is none.
        reference: (n,) scores of the reference, by the same seeds in the same order.
        confidence: Of the interval, between 0 and 1.
        higher_is_better: Whether a higher score is the better one, which `improvement` asks for.

    Returns:
        The mean of scores − reference, its interval, p, the probability of improvement, and the number of seeds.

    Raises:
        SmootError: The two are not (n,) numbers of the same n, or the confidence is out of range.

    Examples:
        >>> from smoot import paired_difference
        >>> found = paired_difference([0.62, 0.58, 0.66, 0.61, 0.64, 0.6], [0.55, 0.53, 0.6, 0.57, 0.56, 0.57])
        >>> print(f"{found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]")
        0.055 [0.035, 0.075]
        >>> found.p, found.seeds
        (0.03125, 6)
        >>> round(found.improvement, 3)
        0.958
    """
    own, other = _numbers("scores", scores), _numbers("reference", reference)
    if own.shape != other.shape:
        raise SmootError(f"reference: {len(other)} scores; should be {len(own)}, one for each of `scores`")
    if not 0 < confidence < 1:
        raise SmootError(f"confidence: {confidence}; should be between 0 and 1")
    known = ~np.isnan(own - other)
    mean, low, high = statistics.paired(own, other, confidence)
    sign = 1 if higher_is_better else -1
    return PairedDifference(
        float(mean),
        float(low),
        float(high),
        float(statistics.sign_flip_p((own - other)[known])),
        float(statistics.probability_of_improvement(sign * own, sign * other)),
        int(known.sum()),
    )


def holm(p: ArrayLike) -> np.ndarray:
    """Adjusts p values for how many they are (Holm, Scandinavian Journal of Statistics 1979).

    To reject those that are at most α keeps the chance of any false rejection at most α, however the tests depend on
    each other.

    Args:
        p: (m,) p values, one for each test of the family; NaN stays NaN and does not count.

    Returns:
        (m,) adjusted p values, in the same order.

    Raises:
        SmootError: They are not (m,) numbers between 0 and 1.

    Examples:
        >>> from smoot import holm
        >>> holm([0.01, 0.04, 0.03]).tolist()
        [0.03, 0.06, 0.06]
    """
    values = _numbers("p", p)
    if ((values < 0) | (values > 1)).any():
        raise SmootError(f"p: {values[(values < 0) | (values > 1)][0]}; should be between 0 and 1")
    return statistics.holm(values)


def seeds_needed(tests: int, alpha: float = statistics.ALPHA) -> int:
    """Tells how many seeds a claim needs, if it is one of so many tests that Holm adjusts.

    The smallest p of n paired seeds is 2 / 2ⁿ.

    Args:
        tests: How many comparisons the claim is chosen from, at least 1.
        alpha: The chance of any false claim, between 0 and 1.

    Returns:
        The fewest seeds with which any of them can be claimed.

    Raises:
        SmootError: A value is out of range.

    Examples:
        >>> from smoot import seeds_needed
        >>> seeds_needed(1), seeds_needed(1000)
        (6, 16)
    """
    if tests < 1:
        raise SmootError(f"tests: {tests}; should be at least 1")
    if not 0 < alpha < 1:
        raise SmootError(f"alpha: {alpha}; should be between 0 and 1")
    return statistics.seeds_needed(tests, alpha)


def _numbers(name: str, given: ArrayLike) -> np.ndarray:
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise SmootError(f"{name}: should be numbers, one for each") from None
    if values.ndim != 1 or np.isinf(values).any():
        raise SmootError(f"{name}: of shape {values.shape}; should be (n,) finite numbers, or NaN")
    return values
