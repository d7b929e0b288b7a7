"""How often a 95 % interval of each kind holds the true mean of few paired differences.

    python -m benchmarks.coverage [--replications 10000] [--draws 999]

The report's kind is that of smoot/statistics.py, the bootstraps are here to be held against it. All kinds see the same
samples, drawn from distributions with mean 0 and standard deviation 1, so that a width is in standard deviations. Each
bootstrap has its own seed. A second table has data that are drawn as well: `drawn_data.py`, beside this file.
"""

import argparse
from collections.abc import Callable

import numpy as np
from scipy import special

from benchmarks import drawn_data
from smoot.core.progress import Progress
from smoot.statistics import t_interval

Interval = tuple[float, float]


def percentile_interval(
    differences: np.ndarray, confidence: float = 0.95, seed: int = 0, draws: int = 9999
) -> Interval:
    """The percentile bootstrap's for the mean of (n,) differences (Efron & Tibshirani 1993, ch. 13)."""
    if (interval := degenerate(differences)) is not None:
        return interval
    means = _resampled(differences, seed, draws).mean(axis=1)
    low, high = np.mean(differences) + np.quantile(means, _tails(confidence))
    return float(low), float(high)


def bca_interval(differences: np.ndarray, confidence: float = 0.95, seed: int = 0, draws: int = 9999) -> Interval:
    """The bias-corrected and accelerated bootstrap's for the mean of (n,) differences (Efron, JASA 1987)."""
    if (interval := degenerate(differences)) is not None:
        return interval
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
    if (interval := degenerate(differences)) is not None:
        return interval
    samples = _resampled(differences, seed, draws)
    means = samples.mean(axis=1)
    t = np.copysign(np.inf, means)
    np.divide(means, standard_error(samples), out=t, where=np.ptp(samples, axis=1) > 0)
    # An order statistic, as infinities cannot be interpolated.
    high, low = np.mean(differences) - np.quantile(t, _tails(confidence), method="inverted_cdf") * standard_error(
        differences
    )
    return float(low), float(high)


def _tails(confidence: float) -> np.ndarray:
    return np.array([(1 - confidence) / 2, (1 + confidence) / 2])


def _resampled(differences: np.ndarray, seed: int, draws: int) -> np.ndarray:
    """(draws, n) resamples from the centred differences, sorted first so that the seeds' order is of no effect."""
    centred = np.sort(differences) - np.mean(differences)
    return centred[np.random.default_rng(seed).integers(len(centred), size=(draws, len(centred)))]


CONFIDENCE = 0.95
SEEDS = [3, 5, 6, 10]
KINDS: dict[str, Callable[[np.ndarray, int, int], Interval]] = {
    "t": lambda differences, seed, draws: t_interval(differences, CONFIDENCE),
    "percentile": lambda differences, seed, draws: percentile_interval(differences, CONFIDENCE, seed, draws),
    "BCa": lambda differences, seed, draws: bca_interval(differences, CONFIDENCE, seed, draws),
    "bootstrap-t": lambda differences, seed, draws: bootstrap_t_interval(differences, CONFIDENCE, seed, draws),
}
DISTRIBUTIONS: dict[str, Callable[[np.random.Generator, tuple[int, int]], np.ndarray]] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "exponential": lambda rng, shape: rng.exponential(size=shape) - 1,
    "lognormal": lambda rng, shape: (rng.lognormal(size=shape) - np.exp(0.5)) / np.sqrt(np.exp(2) - np.exp(1)),
    "Student t, 3 df": lambda rng, shape: rng.standard_t(3, size=shape) / np.sqrt(3),
    "of two lognormals": lambda rng, shape: (
        (rng.lognormal(size=shape) - rng.lognormal(size=shape)) / np.sqrt(2 * (np.exp(2) - np.exp(1)))
    ),
}


def measure(kind: str, samples: np.ndarray, draws: int) -> tuple[float, float]:
    """The coverage of 0 and the mean width of the intervals of (replications, n) samples."""
    low, high = np.array([KINDS[kind](sample, seed, draws) for seed, sample in enumerate(samples)]).T
    return float(np.mean((low <= 0) & (high >= 0))), float(np.mean(high - low))


def degenerate(differences: np.ndarray) -> Interval | None:
    """The interval of (n,) differences that have no spread to speak of; None where they have one."""
    if len(differences) < 2 or not np.isfinite(differences).all():
        return float("nan"), float("nan")
    return (float(differences[0]),) * 2 if np.ptp(differences) == 0 else None


def standard_error(samples: np.ndarray) -> np.ndarray:
    """Of the means of (..., n) samples, (...)."""
    return np.std(samples, axis=-1, ddof=1) / np.sqrt(samples.shape[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=999, help="resamples of each bootstrap")
    options = parser.parse_args()
    print("Coverage in % ± its Monte-Carlo standard error; mean width.\n")
    _of_distributions(options.replications, options.draws)
    _of_drawn_data(options.replications // 4)


def _of_distributions(replications: int, draws: int) -> None:
    print(f"| differences | seeds | {' | '.join(KINDS)} |")
    print("| --- |" + " --- |" * (1 + len(KINDS)))
    rng = np.random.default_rng(0)
    with Progress("coverage", len(DISTRIBUTIONS) * len(SEEDS) * len(KINDS)) as progress:
        for name, draw in DISTRIBUTIONS.items():
            for n in SEEDS:
                samples = draw(rng, (replications, n))
                cells = []
                for kind in KINDS:
                    coverage, width = measure(kind, samples, draws)
                    cells.append(_cell(coverage, width, replications))
                    progress.advance()
                print(f"| {name} | {n} | {' | '.join(cells)} |", flush=True)


def _of_drawn_data(replications: int) -> None:
    print(f"\n| what is drawn | {' | '.join(f'{seeds} seeds' for seeds in SEEDS)} |")
    print("| --- |" + " --- |" * len(SEEDS))
    truth = drawn_data.true_difference()
    with Progress("coverage of drawn data", len(drawn_data.DESIGNS) * len(SEEDS)) as progress:
        for design in drawn_data.DESIGNS:
            cells = []
            for seeds in SEEDS:
                cells.append(_cell(*drawn_data.coverage(design, seeds, replications, truth), replications))
                progress.advance()
            print(f"| {design} | {' | '.join(cells)} |", flush=True)


def _cell(coverage: float, width: float, replications: int) -> str:
    error = np.sqrt(coverage * (1 - coverage) / replications)
    digits = 2 if width >= 0.1 else 3
    return f"{100 * coverage:.1f} ± {100 * error:.1f}; {width:.{digits}f}".replace("inf", "∞")


if __name__ == "__main__":
    main()
