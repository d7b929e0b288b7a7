"""The statistics of two methods."""

import math

import numpy as np
import pytest
from scipy.stats import permutation_test, ttest_rel

from smoot import SmootError, holm, paired_difference, seeds_needed
from smoot.report.analysis.comparison import pairwise_differences

RNG = np.random.default_rng(0)
REFERENCE, SCORES = RNG.normal(0, 1, 8), RNG.normal(1, 1, 8)


def test_a_paired_difference_is_scipys():
    found = paired_difference(SCORES, list(REFERENCE), confidence=0.9)
    interval = ttest_rel(SCORES, REFERENCE).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx(tuple(interval))
    assert found.mean == pytest.approx((SCORES - REFERENCE).mean())
    test = permutation_test((SCORES, REFERENCE), lambda a, b: (a - b).mean(), permutation_type="samples")
    assert found.p == pytest.approx(test.pvalue)
    assert found.improvement == np.mean([[a > b for b in REFERENCE] for a in SCORES])
    assert found.seeds == 8


@pytest.mark.parametrize("higher_is_better", [True, False])
def test_a_paired_difference_is_the_reports(higher_is_better):
    lacking = np.where(np.arange(8) == 2, math.nan, SCORES)
    reported = pairwise_differences(["new", "old"], np.array([lacking, REFERENCE]), 0.95, higher_is_better)[
        "new", "old"
    ]
    found = paired_difference(lacking, REFERENCE, higher_is_better=higher_is_better)
    assert (reported.mean, reported.interval, reported.improvement) == (
        found.mean,
        (found.low, found.high),
        found.improvement,
    )


def test_without_a_common_seed_nothing_is_known():
    found = paired_difference([1, math.nan], [math.nan, 1])
    assert found.seeds == 0
    assert all(math.isnan(number) for number in (found.mean, found.low, found.high, found.p))


def test_where_lower_is_better_the_improvement_is_the_other_way_round_and_nothing_else():
    up, down = (paired_difference(SCORES, REFERENCE, higher_is_better=better) for better in (True, False))
    assert down.improvement == pytest.approx(1 - up.improvement)
    assert down._replace(improvement=up.improvement) == up


def test_seeds_that_one_method_lacks_are_left_out():
    lacking = [math.nan, *SCORES[1:]]
    found, whole = paired_difference(lacking, REFERENCE), paired_difference(SCORES[1:], REFERENCE[1:])
    assert found[:4] == pytest.approx(whole[:4])
    assert found.seeds == 7


def test_one_seed_has_a_difference_and_no_interval():
    found = paired_difference([0.75], [0.5])
    assert (found.mean, found.p, found.seeds) == (0.25, 1, 1)
    assert math.isnan(found.low) and math.isnan(found.high)


def test_holm_keeps_what_is_not_tested():
    assert np.array_equal(holm([0.04, math.nan, 0.03]), [0.06, math.nan, 0.06], equal_nan=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: paired_difference([1, 2], [1]), "reference: 1 scores; should be 2, one for each of `scores`"),
        (
            lambda: paired_difference([[1]], [[1]]),
            r"scores: of shape \(1, 1\); should be \(n,\) finite numbers",
        ),
        (lambda: paired_difference([1], ["many"]), "reference: should be numbers"),
        (lambda: paired_difference([1], [math.inf]), "reference: of shape"),
        (lambda: paired_difference([1], [1], confidence=95), "confidence: 95; should be between 0 and 1"),
        (lambda: holm([0.5, 1.5]), "p: 1.5; should be between 0 and 1"),
        (lambda: seeds_needed(0), "tests: 0; should be at least 1"),
        (lambda: seeds_needed(3, alpha=5), "alpha: 5; should be between 0 and 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(SmootError, match=message):
        call()
