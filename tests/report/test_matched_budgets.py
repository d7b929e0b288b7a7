"""Controls that are to spend what SMOOT spends."""

import pandas as pd
import pytest

from smoot.report.matched_budgets import budgets
from smoot.report.records import Collected


def collected(masked, seconds, column="masked_images"):
    """masked, seconds: method → a value for each of two seeds. column: of the history, what `masked` is."""
    cell = {"dataset": "d", "model": "m"}
    history = [cell | {"method": x, "seed": s, column: v} for x, vs in masked.items() for s, v in enumerate(vs)]
    costs = [cell | {"method": x, "seed": s, "train_seconds": v} for x, vs in seconds.items() for s, v in enumerate(vs)]
    return Collected({}, {}, pd.DataFrame(history), pd.DataFrame(costs), [])


@pytest.mark.parametrize(("phi", "off"), [((0.5, 0.5), False), ((0.52, 0.5), False), ((0.55, 0.55), True)])
def test_a_schedule_is_off_where_it_masks_another_share_of_the_images(phi, off):
    (found, _) = budgets(
        collected({"smoot": (0.4, 0.6), "scheduled_mask": phi}, {"smoot": (1, 1), "scheduled_mask": (9, 9)})
    )
    assert (found.method, found.target, found.off) == ("scheduled_mask", pytest.approx(0.5), off)


@pytest.mark.parametrize(("k", "off"), [((0.12, 0.12), False), ((0.5, 0.5), True)])
def test_a_schedule_is_off_where_it_masks_another_share_of_the_pixels(k, off):
    times = {"smoot": (1, 1), "scheduled_mask": (1, 1)}
    (_, found) = budgets(collected({"smoot": (0.1, 0.14), "scheduled_mask": k}, times, column="masked_pixels"))
    assert (found.what, found.off) == ("mean fraction of pixels masked", off)


@pytest.mark.parametrize(("seconds", "off"), [((14, 16), False), ((10, 10), True)])
def test_longer_training_is_off_where_it_takes_another_time(seconds, off):
    times = {"smoot": (15, 15), "baseline_equal_compute": seconds, "baseline": (10, 10)}
    (found,) = budgets(collected({"smoot": (0.4, 0.6)}, times))
    assert (found.method, found.off) == ("baseline_equal_compute", off)


def test_without_smoot_there_is_nothing_to_hold_a_control_against():
    assert budgets(collected({"scheduled_mask": (0.5, 0.5)}, {"scheduled_mask": (1, 1)})) == []


def test_what_is_not_known_is_off():
    found = budgets(collected({"scheduled_mask": (0.5, 0.5)}, {"scheduled_mask": (1, 1), "smoot": (1, 1)}))
    assert [one.off for one in found] == [True, True]
