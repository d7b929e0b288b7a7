"""Controls beside what they are controls of."""

import numpy as np
import pandas as pd
import pytest
from made_up import SUMMARY

from smoot import statistics
from smoot.artifacts.results import RESULT_COLUMNS
from smoot.artifacts.run import Control, RunRecord
from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.comparison import summarise
from smoot.report.analysis.controls import contrasts, pairs
from smoot.report.evidence.metrics import Metric

METRICS = {
    name: Metric(
        name, MetricInfo(title=name, category="faithfulness", higher_is_better=True, citation="c"), name, False, "test"
    )
    for name in "mn"
}


def run(method, component=None, of=(), beside=(), by_component=True):
    control = Control(of=of, by_component=by_component) if of else None
    return RunRecord(
        weights_sha256="",
        history_sha256="",
        dataset="a", model="net", method=method, seed=0, component=component or method, trained=True, metrics={},
        control=control, beside=beside, epochs=1, kept_epoch=1, parameters=1,
        dataset_summary=SUMMARY, params={},
    )  # fmt: skip


def held(*runs):
    return pairs({record.method: record for record in runs}, [record.method for record in runs])


TODAY = [
    run("baseline"),
    run("sgt"),
    run("smoot", beside=("sgt",)),
    run("random_mask", of=("sgt",)),
    run("no_mask", of=("sgt",)),
    run("scheduled_mask", of=("smoot",)),
    run("baseline_equal_compute", of=("smoot",)),
    run("untrained"),
]


def tables(values, attribution="gradient"):
    """values: (method, seed, metric) → value, of one data set."""
    rows = [
        {"dataset": "a", "model": "net", "method": x, "seed": s, "panel": "p", "attribution": attribution, "metric": m,
         "value": value, "images": 9, "status": "ok", "reason": "", "split": "test"}
        for (x, s, m), value in values.items()
    ]  # fmt: skip
    methods = list(dict.fromkeys(x for x, _, _ in values))
    seeds = list(dict.fromkeys(s for _, s, _ in values))
    return summarise(pd.DataFrame(rows, columns=RESULT_COLUMNS), METRICS, methods, seeds, "baseline", 0.95)


def test_methods_come_in_the_grids_order_and_what_they_stand_beside_at_the_end():
    assert held(*TODAY) == [
        ("sgt", "random_mask"),
        ("sgt", "no_mask"),
        ("smoot", "scheduled_mask"),
        ("smoot", "baseline_equal_compute"),
        ("smoot", "sgt"),
    ]


def test_without_a_control_nothing_stands_beside_anything():
    assert held(run("baseline"), run("sgt"), run("smoot", beside=("sgt",)), run("untrained")) == []
    assert ("smoot", "sgt") in held(run("sgt"), run("smoot", beside=("sgt",)), run("random_mask", of=("sgt",)))


def test_a_name_that_is_no_entry_means_every_entry_of_that_component():
    twins = [run("one", "sgt"), run("two", "sgt", beside=("sgt",))]
    assert held(*twins, run("control", of=("sgt",))) == [
        ("one", "control"),
        ("two", "control"),
        ("two", "one"),
    ]
    entry = run("sgt")
    assert held(twins[0], entry, run("control", of=("sgt",))) == [("sgt", "control")]


def test_a_control_of_its_own_component_is_not_held_against_itself():
    assert held(run("sgt_random", "sgt", of=("sgt",)), run("sgt_k30", "sgt")) == [("sgt_k30", "sgt_random")]
    assert held(run("sgt_random", "sgt", of=("sgt",))) == []


def test_a_control_is_held_against_its_own_method():
    values = {(x, s, m): s + {"smoot": 3.0, "schedule": 1.0}.get(x, 0.0) + rest
              for x in ("baseline", "smoot", "schedule") for s in range(4) for m in "mn"
              for rest in [0.1 * (s * len(x) % 3)]}  # fmt: skip
    runs = held(run("baseline"), run("smoot"), run("schedule", of=("smoot",)))
    (first, _) = contrasts(tables(values), runs, "gradient")
    assert list(first.differences) == runs == [("smoot", "schedule")]
    difference = first.differences["smoot", "schedule"]
    expected = np.array([values["smoot", s, "m"] - values["schedule", s, "m"] for s in range(4)])
    assert difference.mean == pytest.approx(expected.mean())
    assert difference.interval == pytest.approx(statistics.t_interval(expected))
    assert contrasts(tables(values, attribution="occlusion"), runs, "gradient") == []
    assert len(contrasts(tables(values, attribution="occlusion"), runs, "occlusion")) == 2


def test_a_control_of_an_entry_that_is_not_in_the_grid_is_held_against_nothing():
    controls = [run(name, component="sgt", of=("sgt",), by_component=False) for name in ("random_mask", "no_mask")]
    assert held(run("baseline"), run("smoot", beside=("sgt",)), *controls) == []


def test_a_component_stands_for_its_entries_that_are_no_controls():
    random_mask = run("random_mask", component="sgt", of=("sgt_k30",), by_component=False)
    runs = [run("smoot", beside=("sgt",)), run("sgt_k30", component="sgt"), random_mask]
    assert held(*runs) == [("sgt_k30", "random_mask"), ("smoot", "sgt_k30")]
