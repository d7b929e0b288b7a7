"""Controls that are to spend what the method spends."""

import pandas as pd
import pytest
from made_up import SUMMARY

from smoot.artifacts.run import Control, RunRecord
from smoot.report.analysis.matched_budgets import matched_budgets

CONTROLS = {
    "scheduled_mask": Control(of=("smoot",), equal=("masked_images", "masked_pixels")),
    "baseline_equal_compute": Control(of=("smoot",), equal=("train_seconds",)),
}


def run(method):
    return RunRecord(
        weights_sha256="",
        history_sha256="",
        dataset="d", model="m", method=method, seed=0, component=method, trained=True, control=CONTROLS.get(method),
        metrics={}, epochs=1, kept_epoch=1, parameters=1, dataset_summary=SUMMARY, params={},
    )  # fmt: skip


def compared(masked, seconds, column="masked_images"):
    """masked, seconds: method → a value for each of two seeds. column: of the history, what `masked` is."""
    cell = {"dataset": "d", "model": "m"}
    history = [cell | {"method": x, "seed": s, column: v} for x, vs in masked.items() for s, v in enumerate(vs)]
    costs = [cell | {"method": x, "seed": s, "train_seconds": v} for x, vs in seconds.items() for s, v in enumerate(vs)]
    runs = {method: run(method) for method in seconds}
    return matched_budgets(runs, pd.DataFrame(history), pd.DataFrame(costs), ["baseline", "smoot", *CONTROLS])


@pytest.mark.parametrize(("phi", "off"), [((0.5, 0.5), False), ((0.52, 0.5), False), ((0.55, 0.55), True)])
def test_a_schedule_is_off_where_it_masks_another_share_of_the_images(phi, off):
    (budget, _) = compared({"smoot": (0.4, 0.6), "scheduled_mask": phi}, {"smoot": (1, 1), "scheduled_mask": (9, 9)})
    assert (budget.method, budget.against, budget.target) == ("scheduled_mask", "smoot", pytest.approx(0.5))
    assert budget.off is off


@pytest.mark.parametrize(("k", "off"), [((0.12, 0.12), False), ((0.5, 0.5), True)])
def test_a_schedule_is_off_where_it_masks_another_share_of_the_pixels(k, off):
    times = {"smoot": (1, 1), "scheduled_mask": (1, 1)}
    (_, budget) = compared({"smoot": (0.1, 0.14), "scheduled_mask": k}, times, column="masked_pixels")
    assert (budget.what, budget.off) == ("mean fraction of pixels masked", off)


@pytest.mark.parametrize(("seconds", "off"), [((14, 16), False), ((10, 10), True)])
def test_longer_training_is_off_where_it_takes_another_time(seconds, off):
    times = {"smoot": (15, 15), "baseline_equal_compute": seconds, "baseline": (10, 10)}
    (budget,) = compared({"smoot": (0.4, 0.6)}, times)
    assert (budget.method, budget.off) == ("baseline_equal_compute", off)


def test_without_its_method_there_is_nothing_to_hold_a_control_against():
    assert compared({"scheduled_mask": (0.5, 0.5)}, {"scheduled_mask": (1, 1)}) == []


def test_what_is_not_known_is_off():
    rows = compared({"scheduled_mask": (0.5, 0.5)}, {"scheduled_mask": (1, 1), "smoot": (1, 1)})
    assert [budget.off for budget in rows] == [True, True]
