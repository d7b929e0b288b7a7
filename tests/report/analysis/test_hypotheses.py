"""Which comparisons claims are made of, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from smoot import statistics
from smoot.artifacts.grid import Grid
from smoot.artifacts.results import RESULT_COLUMNS
from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.claims import claims
from smoot.report.analysis.comparison import summarise
from smoot.report.analysis.hypotheses import ALL, PERFORMANCE, Comparison, comparisons, family, unmatched
from smoot.report.evidence.metrics import Metric
from smoot.report.options import Primary

METRICS = {
    name: Metric(info.title, info, component=name, has_settings=False, split="test")
    for name, info in {
        "m": MetricInfo(title="M", category="faithfulness", higher_is_better=True, citation="c"),
        "n": MetricInfo(title="N", category="complexity", higher_is_better=False, citation="c"),
    }.items()
}
SCORES = {"p": [("", "shortcut_reliance"), ("gradient", "sparseness")]}


def grid(**options):
    lists = {"datasets": ["a", "b"], "models": ["net"], "methods": ["baseline", "sgt", "smoot", "untrained"]}
    return Grid(**lists | {"seeds": [0], "panels": ["p"]} | options)


def everything(**options):
    return comparisons(grid(**options), SCORES, {"untrained"})


def found(primary=None, **options):
    return family(primary, "baseline", everything(**options))


def tables(values, attribution="gradient"):
    """values: (method, seed, metric) → value, of one data set."""
    rows = [
        {"dataset": "a", "model": "net", "method": x, "seed": s, "panel": "p", "attribution": attribution, "metric": m,
         "value": value, "images": 9, "status": "ok", "reason": "",
         "split": "test"}
        for (x, s, m), value in values.items()
    ]  # fmt: skip
    methods = list(dict.fromkeys(x for x, _, _ in values))
    seeds = list(dict.fromkeys(s for _, s, _ in values))
    return summarise(pd.DataFrame(rows, columns=RESULT_COLUMNS), METRICS, methods, seeds, "baseline", 0.95)


def named(method, metric="m"):
    return Comparison("a", "net", method, "baseline", "gradient", metric)


def test_the_family_is_all_comparisons_where_none_are_declared():
    all_of_them = found()
    # Accuracy and the like, the metric of the model, and one of the gradient; on a, b and both.
    assert len(all_of_them) == len(set(all_of_them)) == 3 * 2 * (len(PERFORMANCE) + 1 + 1)
    assert {one.method for one in all_of_them} == {"sgt", "smoot"}
    assert {one.attribution for one in all_of_them} == {"", "gradient"}
    assert len(found(datasets=["a"])) == len(all_of_them) / 3


def test_a_declared_family_is_of_all_data_sets_as_one_unless_they_are_named():
    primary = Primary(methods=["smoot"], metrics=["sparseness", "shortcut_reliance"], attributions=["gradient"])
    assert found(primary) == [
        Comparison(ALL, "net", "smoot", "baseline", "", "shortcut_reliance"),
        Comparison(ALL, "net", "smoot", "baseline", "gradient", "sparseness"),
    ]
    assert {one.dataset for one in found(primary, datasets=["a"])} == {"a"}
    assert {one.dataset for one in found(primary.model_copy(update={"datasets": ["a", "b"]}))} == {"a", "b"}
    two = {"models": ["net", "vit"]}
    assert len(found(primary, **two)) == 4
    assert len(found(primary.model_copy(update={"models": ["vit"]}), **two)) == 2


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("methods", ["sgt", "untrained"]),
        ("methods", ["sgt", "baseline"]),
        ("metrics", ["sparseness", "spareness"]),
        ("attributions", ["gradient", "random"]),
        ("models", ["net", "vit"]),
        ("against", ["baseline", "untrained"]),
        ("datasets", ["a", "c"]),
    ],
)
def test_what_no_comparison_of_the_grid_has_is_named(key, names):
    whole = {"methods": ["sgt"], "metrics": ["sparseness"], "attributions": ["gradient"]}
    primary = Primary(**whole)
    assert unmatched(primary, "baseline", everything()) == []
    wrong = Primary(**whole | {key: names})
    (line,) = unmatched(wrong, "baseline", everything())
    assert line.startswith(f"{key}: {names[1]}: in no comparison of the grid")
    assert names[0] in line.split("allowed: ")[1].split(", ")


def test_methods_can_be_compared_with_their_controls():
    primary = Primary(methods=["smoot", "baseline"], against=["sgt"], metrics=["test_accuracy"])
    assert [one[2:4] for one in found(primary)] == [("baseline", "sgt"), ("smoot", "sgt")]


def test_a_metric_of_maps_without_an_attribution_is_said_to_need_one():
    primary = Primary(methods=["sgt"], metrics=["sparseness", "test_accuracy"])
    (line,) = unmatched(primary, "baseline", everything())
    assert line == "attributions: none, where sparseness needs one; allowed: gradient"


def test_p_is_adjusted_for_the_family_and_no_others():
    rng = np.random.default_rng(0)
    values = {
        (x, s, m): rng.random() + (x == "sgt") for x in ("baseline", "sgt", "smoot") for s in range(8) for m in "mn"
    }
    compared = tables(values)
    family = [named(method, metric) for method in ("sgt", "smoot") for metric in "mn"]
    tested = claims(compared, family)
    assert list(tested) == family
    raw = [
        statistics.sign_flip_p(np.array([values[x, s, m] - values["baseline", s, m] for s in range(8)]))
        for x in ("sgt", "smoot") for m in "mn"
    ]  # fmt: skip
    adjusted = [claim.p for claim in tested.values()]
    assert adjusted == pytest.approx(statistics.holm(np.array(raw)))
    assert adjusted != raw
    (alone,) = claims(compared, family[:1]).values()
    assert alone.p == raw[0] == 2 / 2**8


def test_what_cannot_be_tested_stays_in_the_family():
    values = {(x, s, "m"): s + (x == "sgt") for x in ("baseline", "sgt") for s in range(6)}
    compared = tables(values | {("smoot", 99, "m"): 1.0})
    alone, unpaired, nowhere = claims(compared, [named("sgt"), named("smoot"), named("sgt", "n")]).values()
    assert alone.p == 3 * 2 / 2**6
    assert np.isnan([unpaired.p, nowhere.p]).all()
    assert [claim.verdict(True, alpha=0.1) for claim in (alone, unpaired, nowhere)] == [
        "better",
        "not tested",
        "not tested",
    ]
    assert nowhere.title == "n"


def test_a_verdict_knows_the_metrics_direction_and_whether_a_claim_is_possible():
    values = {(x, s, m): s + (x == "sgt") for x in ("baseline", "sgt") for s in range(6) for m in "mn"}
    up, down = claims(tables(values), [named("sgt", metric) for metric in "mn"]).values()
    assert (up.row.metric, up.p) == ("m", 2 * 2 / 2**6)
    assert [claim.verdict(True) for claim in (up, down)] == ["not shown", "not shown"]
    assert [claim.verdict(True, alpha=0.07) for claim in (up, down)] == ["better", "worse"]
    assert [claim.verdict(False, alpha=0.07) for claim in (up, down)] == ["not shown", "not shown"]
