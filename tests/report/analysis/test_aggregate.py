"""Over data sets."""

import numpy as np
import pandas as pd
import pytest

from smoot import statistics
from smoot.artifacts.results import RESULT_COLUMNS
from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.aggregate import means_over_datasets
from smoot.report.analysis.comparison import summarise
from smoot.report.analysis.hypotheses import ALL
from smoot.report.evidence.metrics import Metric

METRICS = {
    name: Metric(info.title, info, component=name, has_settings=False, split="test")
    for name, info in {
        "m": MetricInfo(title="M", category="faithfulness", higher_is_better=True, citation="c"),
        "n": MetricInfo(title="N", category="complexity", higher_is_better=False, citation="c"),
    }.items()
}


def results(values, attribution="gradient"):
    """values: (dataset, method, seed, metric) → value."""
    rows = [
        {"dataset": d, "model": "net", "method": x, "seed": s, "panel": "p", "attribution": attribution, "metric": m,
         "value": value, "images": images, "status": "ok" if value == value else "undefined", "reason": "",
         "split": "test"}
        for (d, x, s, m), (value, images) in values.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=RESULT_COLUMNS)


def table(values, **options):
    return results({(d, x, s, m): (v, 10 if d == "small" else 9999) for (d, x, s, m), v in values.items()}, **options)


def test_every_data_set_weighs_the_same_whatever_its_size():
    values = {(d, "sgt", s, "m"): v for d, v in (("small", 0.0), ("large", 1.0)) for s in (0, 1)}
    rows = means_over_datasets(table(values))
    assert rows["value"].tolist() == [0.5, 0.5]
    assert set(rows["dataset"]) == {ALL}


def test_a_seed_that_some_data_set_lacks_is_left_out():
    values = {(d, "sgt", s, "m"): float(s) for d in ("small", "large") for s in (0, 1, 2)}
    values["large", "sgt", 1, "m"] = np.nan
    del values["small", "sgt", 2, "m"]
    assert means_over_datasets(table(values))["seed"].tolist() == [0]


def test_what_only_some_data_sets_have_is_no_aggregate():
    values = {("small", "sgt", 0, "m"): 1.0, ("large", "sgt", 0, "m"): 2.0, ("small", "sgt", 0, "n"): 3.0}
    assert means_over_datasets(table(values))["metric"].tolist() == ["m"]
    assert means_over_datasets(table({("small", "sgt", 0, "m"): 1.0})).empty


def test_the_aggregates_difference_is_the_mean_of_the_differences():
    rng = np.random.default_rng(0)
    values = {(d, x, s, "m"): rng.random() for d in ("a", "b", "c") for x in ("baseline", "sgt") for s in range(6)}
    everything = pd.concat([table(values), means_over_datasets(table(values))])
    tables = summarise(everything, METRICS, ["baseline", "sgt"], list(range(6)), "baseline", 0.95)
    assert [t.dataset for t in tables] == ["a", "b", "c", ALL]
    differences = np.array(
        [[values[d, "sgt", s, "m"] - values[d, "baseline", s, "m"] for s in range(6)] for d in ("a", "b", "c")]
    )
    found = tables[-1].rows[0].entries[1].difference
    assert found.mean == pytest.approx(differences.mean())
    assert found.interval == pytest.approx(statistics.t_interval(differences.mean(0)))
    assert tables[-1].rows[0].paired("sgt", "baseline") == pytest.approx(differences.mean(0))
