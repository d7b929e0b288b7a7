"""Against scipy, against counting by hand, and by simulation."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from benchmarks import coverage, drawn_data
from smoot import statistics

BOOTSTRAPS = [coverage.percentile_interval, coverage.bca_interval, coverage.bootstrap_t_interval]
INTERVALS = [statistics.t_interval, *BOOTSTRAPS]
SKEWED = np.random.default_rng(0).exponential(size=12)

intervals = pytest.mark.parametrize("interval", INTERVALS, ids=lambda function: function.__name__)
bootstraps = pytest.mark.parametrize("interval", BOOTSTRAPS, ids=lambda function: function.__name__)


def covered(samples: np.ndarray, truth: float) -> float:
    """Of the t intervals of (replications, n) samples."""
    return float(np.mean([low <= truth <= high for low, high in map(statistics.t_interval, samples)]))


def test_t_interval_is_scipys():
    differences = np.array([0.3, -0.1, 0.4, 0.2, 0.5])
    expected = stats.ttest_1samp(differences, 0).confidence_interval(0.9)
    assert statistics.t_interval(differences, 0.9) == pytest.approx(tuple(expected))


@pytest.mark.parametrize("kind", ["percentile", "BCa"])
def test_bootstrap_intervals_are_scipys(kind):
    ours = {"percentile": coverage.percentile_interval, "BCa": coverage.bca_interval}[kind]
    found = stats.bootstrap((SKEWED,), np.mean, confidence_level=0.9, n_resamples=99_999, method=kind, rng=1)
    # The two kinds differ by a tenth of their width here.
    low, high = found.confidence_interval
    assert ours(SKEWED, 0.9, seed=2, draws=99_999) == pytest.approx((low, high), abs=0.01 * (high - low))


def test_bootstrap_t_interval_is_that_of_all_resamples():
    differences = SKEWED[:6]
    samples = np.array(list(product(differences, repeat=6)))
    samples = samples[np.ptp(samples, axis=1) > 0]
    t = (samples.mean(axis=1) - differences.mean()) / (samples.std(axis=1, ddof=1) / np.sqrt(6))
    high, low = differences.mean() - np.quantile(t, [0.1, 0.9]) * stats.sem(differences)
    found = coverage.bootstrap_t_interval(differences, 0.8, draws=99_999)
    assert found == pytest.approx((low, high), abs=0.01 * (high - low))


# In the second the mean of a resample without spread can be that of the sample: 0 / 0.
@pytest.mark.parametrize("differences", [SKEWED[:3], np.array([-1.0, 0.0, 1.0])])
def test_bootstrap_t_interval_of_three_seeds_is_unbounded(differences):
    assert coverage.bootstrap_t_interval(differences) == (-np.inf, np.inf)


def test_bootstrap_t_interval_of_five_seeds_is_bounded():
    assert np.isfinite(coverage.bootstrap_t_interval(SKEWED[:5])).all()


def test_bca_interval_of_a_symmetric_sample_is_the_percentile_interval():
    # In 7 of 27 resamples the mean is the sample's but for rounding: if these fell on one side, there would be a bias.
    differences = np.array([0.1, 0.2, 0.3])
    assert coverage.bca_interval(differences) == pytest.approx(coverage.percentile_interval(differences))


@intervals
@pytest.mark.parametrize("differences", [[], [1.0], [1.0, np.nan, 2.0], [1.0, np.inf, 2.0]])
def test_an_interval_is_undefined(interval, differences):
    assert np.isnan(interval(np.array(differences))).all()


@intervals
def test_the_interval_of_equal_differences_is_a_point(interval):
    assert interval(np.full(3, 0.1)) == (0.1, 0.1)


@intervals
def test_an_interval_shifts_and_scales_with_the_differences(interval):
    low, high = interval(SKEWED)
    assert interval(SKEWED + 7) == pytest.approx((low + 7, high + 7))
    assert interval(SKEWED * 1e-9) == pytest.approx((low * 1e-9, high * 1e-9), rel=1e-9, abs=0)


@intervals
def test_an_interval_does_not_depend_on_the_order_of_the_seeds(interval):
    assert interval(SKEWED[::-1]) == pytest.approx(interval(SKEWED), rel=1e-12)


@intervals
def test_less_confidence_is_a_narrower_interval(interval):
    low, high = interval(SKEWED, 0.95)
    narrow_low, narrow_high = interval(SKEWED, 0.8)
    assert low < narrow_low < SKEWED.mean() < narrow_high < high


@bootstraps
def test_resampling_is_seeded(interval):
    assert interval(SKEWED) == interval(SKEWED, seed=0) != interval(SKEWED, seed=1)


@pytest.mark.parametrize("n", [3, 10])
def test_t_interval_covers(n):
    samples = np.random.default_rng(0).normal(1.0, 2.0, (4000, n))
    assert 0.93 <= covered(samples, 1.0) <= 0.97


def test_sign_flip_p_is_scipys_exact_permutation_test():
    differences = np.array([0.3, -0.1, 0.4, 0.2, 0.5, 0.6])
    expected = stats.permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue
    assert statistics.sign_flip_p(differences) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([1.0, 2.0, 3.0], 2 / 8),
        ([0.0, 0.0, 0.0], 1.0),
        # The sum is zero but for rounding, and so is that of the opposite flips.
        ([0.1, 0.2, -0.3], 1.0),
        # As 1 + 2 − 3 + 4: that or more by 5 of 16 flips on either side.
        ([0.1, 0.2, -0.3, 0.4], 10 / 16),
        ([], np.nan),
        ([1.0, np.nan], np.nan),
    ],
)
def test_sign_flip_p_counts_flips(differences, expected):
    assert statistics.sign_flip_p(np.array(differences)) == pytest.approx(expected, nan_ok=True)


def test_sign_flip_p_of_many_seeds_is_of_drawn_flips():
    differences = np.random.default_rng(0).normal(0.3, 1, 40)
    p = statistics.sign_flip_p(differences)
    assert p == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.005)
    assert p == statistics.sign_flip_p(differences)
    assert statistics.sign_flip_p(np.ones(21)) == pytest.approx(2e-5)


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_sign_flip_p_is_that_of_all_flips_one_by_one(n):
    rng = np.random.default_rng(n)
    signs = np.array(list(product([1, -1], repeat=n)))
    # In steps of a tenth many flips tie with the observed one.
    for differences in (rng.normal(0.3, 1, n), np.round(rng.normal(0.1, 0.3, n), 1)):
        sums = np.abs(signs @ differences)
        assert statistics.sign_flip_p(differences) == np.mean(sums >= np.abs(differences.sum()) - 1e-9)


@pytest.mark.parametrize("n", [7, 25])
def test_many_sign_flip_tests_are_as_each_alone(n):
    differences = np.random.default_rng(0).normal(0.3, 1, (3, n))
    differences[1, 2] = np.nan
    found = statistics.sign_flip_p(differences)
    assert found.tolist() == pytest.approx([statistics.sign_flip_p(row) for row in differences], nan_ok=True)
    assert np.isnan(found).tolist() == [False, True, False]


def test_drawn_flips_are_scipys():
    differences = np.random.default_rng(0).normal(0.2, 1, 21)
    expected = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=statistics.DRAWN, rng=0
    )
    assert statistics.sign_flip_p(differences) == expected.pvalue


def test_many_t_intervals_are_as_each_alone_and_leave_out_what_they_are_told():
    differences = np.random.default_rng(0).normal(size=(4, 6))
    where = np.ones((4, 6), bool)
    where[1, 2:4] = where[2] = where[3, 1:] = False
    low, high = statistics.t_interval(differences, 0.9, where)
    for row, (values, taken) in enumerate(zip(differences, where, strict=True)):
        alone = statistics.t_interval(values[taken], 0.9)
        assert (low[row], high[row]) == pytest.approx(alone, nan_ok=True)
    assert np.isnan(low).tolist() == [False, False, True, True]


def test_sign_flip_p_does_not_depend_on_scale_order_or_direction():
    differences = SKEWED[:7] - 0.5
    p = statistics.sign_flip_p(differences)
    assert 0.05 < p < 0.95
    for same in (differences * 1e-15, differences[::-1], -differences):
        assert statistics.sign_flip_p(same) == p


@pytest.mark.parametrize("n", [2, 3, 5, 6, 20])
def test_the_smallest_p_is_reached_when_all_differences_agree(n):
    assert statistics.sign_flip_p(np.arange(1.0, n + 1)) == statistics.smallest_p(n)


@pytest.mark.parametrize(
    ("seeds", "tests", "expected"),
    [(3, 1, False), (5, 1, False), (6, 1, True), (6, 2, False), (7, 3, True), (0, 1, False), (0, 0, False)],
)
def test_when_a_claim_is_possible(seeds, tests, expected):
    assert statistics.can_claim(seeds, tests) is expected


@pytest.mark.parametrize("tests", [1, 2, 3, 4, 25, 26, 1000])
def test_the_seeds_that_a_claim_needs_are_the_fewest_that_allow_one(tests):
    seeds = statistics.seeds_needed(tests)
    assert statistics.can_claim(seeds, tests)
    assert not statistics.can_claim(seeds - 1, tests)


@pytest.mark.parametrize(("seeds", "tests"), product([5, 6, 7, 8], [1, 2, 3, 5, 6]))
def test_a_claim_is_possible_where_holms_smallest_p_can_be_small_enough(seeds, tests):
    best = np.r_[statistics.smallest_p(seeds), np.ones(tests - 1)]
    assert statistics.can_claim(seeds, tests) is bool(statistics.holm(best).min() <= 0.05)


def test_claims_of_five_metrics_without_a_difference_are_rarely_made():
    rng = np.random.default_rng(0)
    seeds, metrics, studies = 8, 5, 2000
    assert statistics.can_claim(seeds, metrics)
    claims = 0
    for _ in range(studies):
        p = np.array([statistics.sign_flip_p(rng.normal(size=seeds)) for _ in range(metrics)])
        claims += (statistics.holm(p) <= 0.05).any()
    # A claim needs p ≤ .01, and 2/256 is the only such p.
    assert claims / studies <= 0.05
    assert claims / studies == pytest.approx(1 - (1 - 2 / 256) ** metrics, abs=0.01)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        # .005 × 4, .01 × 3, .03 × 2, and .04 × 1, which is raised to the one before.
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.01, np.nan, 0.04], [0.02, np.nan, 0.04]),
        ([0.6, 0.7], [1.0, 1.0]),
        ([0.03], [0.03]),
        ([np.nan], [np.nan]),
        ([], []),
    ],
)
def test_holm_by_hand(p, expected):
    given = np.array(p)
    assert statistics.holm(given) == pytest.approx(np.array(expected), nan_ok=True)
    assert np.array_equal(given, p, equal_nan=True)


def test_probability_of_improvement_counts_pairs():
    assert statistics.probability_of_improvement(np.array([1.0, 3.0]), np.array([1.0, 2.0])) == (0.5 + 0 + 1 + 1) / 4
    assert np.isnan(statistics.probability_of_improvement(np.array([]), np.array([1.0])))


def test_probability_of_improvement_leaves_out_missing_scores():
    scores = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])
    found = statistics.probability_of_improvement(scores, np.array([[1.0, 2.0, np.nan]] * 2))
    assert found.tolist() == pytest.approx([0.625, np.nan], nan_ok=True)


def test_probability_of_improvement_is_mann_whitneys_u():
    scores, reference = np.round(SKEWED[:7], 1), np.round(SKEWED[7:], 1)
    expected = stats.mannwhitneyu(scores, reference).statistic / (7 * 5)
    assert statistics.probability_of_improvement(scores, reference) == pytest.approx(expected)


def test_every_data_set_weighs_the_same():
    # The second has more seeds; a mean of all that is there would lean to it.
    differences = np.array([[1.0, 3.0, np.nan, np.nan], [0.0, 1.0, 8.0, 9.0], [-1.0, -1.0, 0.0, 0.0]])
    assert statistics.over_datasets(differences).tolist() == [0.0, 1.0]
    assert statistics.over_datasets(np.repeat(differences, 2, axis=0)).tolist() == [0.0, 1.0]


def test_without_a_seed_that_all_data_sets_have_there_is_no_aggregate():
    means = statistics.over_datasets(np.array([[1.0, np.nan], [np.nan, 1.0]]))
    assert means.shape == (0,)
    assert np.isnan(statistics.t_interval(means)).all()
    assert np.isnan(statistics.sign_flip_p(means))


def test_an_aggregates_replicates_are_the_seeds():
    # A good seed is good on all data sets: taking each difference for a replicate of its own claims too much.
    rng = np.random.default_rng(0)
    effects = np.array([0.0, 1.0, -2.0, 5.0])[:, None]
    studies = effects + rng.normal(size=(2000, 1, 6)) + 0.3 * rng.normal(size=(2000, 4, 6))
    over_seeds = np.array([statistics.over_datasets(study) for study in studies])
    assert 0.93 <= covered(over_seeds, effects.mean()) <= 0.97
    pooled = (studies - effects).reshape(2000, -1)
    assert covered(pooled, 0.0) < 0.8


def test_seeds_of_one_training_set_promise_too_much_and_drawn_images_keep_the_promise():
    truth = drawn_data.true_difference(4000)
    covered = {design: drawn_data.coverage(design, 10, 200, truth)[0] for design in drawn_data.DESIGNS}
    assert covered["one training set, one panel"] < 0.87
    assert covered["training images and panel by the seed"] > 0.91
