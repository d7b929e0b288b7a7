"""Against scipy, against counting by hand, and by simulation."""

import numpy as np
import pytest
from scipy import stats

from smoot import statistics


def test_t_interval_is_scipys():
    differences = np.array([0.3, -0.1, 0.4, 0.2, 0.5])
    expected = stats.ttest_1samp(differences, 0).confidence_interval(0.9)
    assert statistics.t_interval(differences, 0.9) == pytest.approx(tuple(expected))


def test_t_interval_of_one_seed_is_undefined():
    assert np.isnan(statistics.t_interval(np.array([1.0]))).all()


def test_t_interval_covers_at_three_seeds():
    rng = np.random.default_rng(0)
    intervals = [statistics.t_interval(rng.normal(1.0, 2.0, 3)) for _ in range(4000)]
    assert np.mean([low <= 1.0 <= high for low, high in intervals]) == pytest.approx(0.95, abs=0.015)


def test_sign_flip_p_is_scipys_exact_permutation_test():
    differences = np.array([0.3, -0.1, 0.4, 0.2, 0.5, 0.6])
    expected = stats.permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue
    assert statistics.sign_flip_p(differences) == pytest.approx(expected)


@pytest.mark.parametrize("n", [2, 3, 5, 6])
def test_the_smallest_p_is_reached_when_all_differences_agree(n):
    assert statistics.sign_flip_p(np.arange(1.0, n + 1)) == statistics.smallest_p(n)


@pytest.mark.parametrize(
    ("seeds", "tests", "expected"),
    [(3, 1, False), (5, 1, False), (6, 1, True), (6, 2, False), (7, 3, True), (0, 1, False)],
)
def test_when_a_claim_is_possible(seeds, tests, expected):
    assert statistics.can_claim(seeds, tests) is expected


def test_probability_of_improvement_counts_pairs():
    assert statistics.probability_of_improvement(np.array([1.0, 3.0]), np.array([1.0, 2.0])) == (0.5 + 0 + 1 + 1) / 4
    assert np.isnan(statistics.probability_of_improvement(np.array([]), np.array([1.0])))
