"""How often a 95 % interval of each kind holds the true mean of few paired differences.

    python -m benchmarks.coverage [--replications 10000] [--draws 999]

The functions measured are those of smoot/statistics.py. All kinds see the same samples, drawn from distributions with
mean 0 and standard deviation 1, so that a width is in standard deviations. Each bootstrap has its own seed.
"""

import argparse
from collections.abc import Callable

import numpy as np

from smoot import statistics
from smoot.core.progress import Progress
from smoot.statistics import Interval

CONFIDENCE = 0.95
SEEDS = [3, 5, 6, 10]
KINDS: dict[str, Callable[[np.ndarray, int, int], Interval]] = {
    "t": lambda differences, seed, draws: statistics.t_interval(differences, CONFIDENCE),
    "percentile": lambda differences, seed, draws: statistics.percentile_interval(differences, CONFIDENCE, seed, draws),
    "BCa": lambda differences, seed, draws: statistics.bca_interval(differences, CONFIDENCE, seed, draws),
    "bootstrap-t": lambda differences, seed, draws: statistics.bootstrap_t_interval(
        differences, CONFIDENCE, seed, draws
    ),
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=999, help="resamples of each bootstrap")
    options = parser.parse_args()
    print("Coverage in % ± its Monte-Carlo standard error; mean width.\n")
    print(f"| differences | seeds | {' | '.join(KINDS)} |")
    print("| --- |" + " --- |" * (1 + len(KINDS)))
    rng = np.random.default_rng(0)
    with Progress("coverage", len(DISTRIBUTIONS) * len(SEEDS) * len(KINDS)) as progress:
        for name, draw in DISTRIBUTIONS.items():
            for n in SEEDS:
                samples = draw(rng, (options.replications, n))
                cells = []
                for kind in KINDS:
                    coverage, width = measure(kind, samples, options.draws)
                    error = np.sqrt(coverage * (1 - coverage) / options.replications)
                    cells.append(f"{100 * coverage:.1f} ± {100 * error:.1f}; {width:.2f}".replace("inf", "∞"))
                    progress.advance()
                print(f"| {name} | {n} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
