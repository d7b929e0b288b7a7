"""The differences of every two methods."""

import math

import numpy as np
import pytest

from smoot import statistics
from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.comparison import Difference, ScoreRow, pairwise_differences
from smoot.report.analysis.differences import difference_table as tabulated

SCORES = np.array([[1.0, 2.0, 4.0], [2.0, np.nan, 4.5], [np.nan, 3.0, np.nan]])


def test_every_two_methods_are_compared_by_the_seeds_that_both_have_either_way_round():
    found = pairwise_differences(["a", "b", "c"], SCORES, 0.9, higher_is_better=True)
    assert set(found) == {(x, y) for x in "abc" for y in "abc" if x != y}
    forth, back = found["b", "a"], found["a", "b"]
    assert forth.mean == pytest.approx(0.75)
    assert forth.interval == pytest.approx(statistics.t_interval(np.array([1.0, 0.5]), 0.9))
    # Not paired: 2 beats 1 and ties with 2, 4.5 beats all.
    assert forth.improvement == pytest.approx(4.5 / 6)
    assert (back.mean, back.interval) == (-forth.mean, (-forth.interval[1], -forth.interval[0]))
    assert back.improvement == pytest.approx(1.5 / 6)


def test_one_pair_has_no_interval_and_none_is_not_known():
    found = pairwise_differences(["a", "b", "c"], SCORES, 0.9, higher_is_better=True)
    assert (found["c", "a"].mean, found["c", "a"].apart) == (1.0, False)
    assert np.isnan(found["c", "a"].interval).all()
    assert not found["c", "b"].known
    assert math.isnan(found["c", "b"].improvement)


def test_lower_is_better_turns_the_probability_round_and_nothing_else():
    higher, lower = (pairwise_differences(["a", "b", "c"], SCORES, 0.9, better) for better in (True, False))
    assert lower["b", "a"].mean == higher["b", "a"].mean
    assert lower["b", "a"].improvement == pytest.approx(1 - higher["b", "a"].improvement)


def test_beside_a_difference_stands_what_the_same_difference_of_all_null_maps_spans():
    info = MetricInfo(title="M", category="faithfulness", higher_is_better=True, citation="c")
    intervals = {"gradient": (0.5, 0.7), "random": (-0.1, 0.1), "edges": (0.2, 0.4), "centre": (np.nan, np.nan)}
    rows = [
        ScoreRow(
            "d", "m", "test", "p", name, "m", "M", info, [], {("sgt", "baseline"): Difference(np.mean(ends), ends)}
        )
        for name, ends in intervals.items()
    ]
    of_nulls = ["null_low", "null_high"]
    for nulls, spanned in (({"random"}, [-0.1, 0.1]), ({"random", "edges", "centre"}, [-0.1, 0.4])):
        found = tabulated([(rows[0], "sgt", "baseline")], rows, nulls, "baseline")
        assert found[of_nulls].to_numpy().tolist() == [spanned]
    assert tabulated([(rows[0], "sgt", "baseline")], rows, {"centre"}, "baseline")[of_nulls].isna().all(axis=None)
