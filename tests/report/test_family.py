"""Which comparisons claims are made of, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from smoot import statistics
from smoot.grid import Grid
from smoot.report.claims import claims
from smoot.report.family import ALL, PERFORMANCE, Comparison, comparisons, family, unmatched
from smoot.report.params import Primary
from smoot.report.summary import summarise
from smoot.report.tidy import COLUMNS
from smoot.scoring.metric import About
from smoot.scoring.params import Panel

METRICS = {"m": ("M", About("M", "faithfulness", True, "c")), "n": ("N", About("N", "complexity", False, "c"))}
PANEL = Panel(
    images=4, attributions={"gradient": {}, "random": {}}, metrics={"sparseness": {}, "shortcut_reliance": {}}
)


def grid(**options):
    lists = {"datasets": ["a", "b"], "models": ["net"], "methods": ["baseline", "sgt", "smoot", "untrained"]}
    return Grid(**lists | {"seeds": [0], "panels": ["p"]} | options)


def everything(**options):
    return comparisons("baseline", grid(**options), {"p": PANEL}, {"untrained"})


def found(primary=None, **options):
    return family(primary, everything(**options))


def tables(values, attribution="gradient"):
    """values: (method, seed, metric) → value, of one data set."""
    rows = [
        {"dataset": "a", "model": "net", "method": x, "seed": s, "panel": "p", "attribution": attribution, "metric": m,
         "value": value, "images": 9, "status": "ok", "reason": ""}
        for (x, s, m), value in values.items()
    ]  # fmt: skip
    methods = list(dict.fromkeys(x for x, _, _ in values))
    seeds = len({s for _, s, _ in values})
    return summarise(pd.DataFrame(rows, columns=COLUMNS), METRICS, methods, seeds, "baseline", 0.95)


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
        Comparison(ALL, "net", "smoot", "", "shortcut_reliance"),
        Comparison(ALL, "net", "smoot", "gradient", "sparseness"),
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
        ("datasets", ["a", "c"]),
    ],
)
def test_what_no_comparison_of_the_grid_has_is_named(key, names):
    whole = {"methods": ["sgt"], "metrics": ["sparseness"], "attributions": ["gradient"]}
    primary = Primary(**whole)
    assert unmatched(primary, everything()) == []
    wrong = Primary(**whole | {key: names})
    (line,) = unmatched(wrong, everything())
    assert line.startswith(f"{key}: {names[1]}: in no comparison of the grid")
    assert names[0] in line.split("allowed: ")[1].split(", ")


def test_p_is_adjusted_for_the_family_and_no_others():
    rng = np.random.default_rng(0)
    values = {
        (x, s, m): rng.random() + (x == "sgt") for x in ("baseline", "sgt", "smoot") for s in range(8) for m in "mn"
    }
    compared = tables(values)
    family = [Comparison("a", "net", method, "gradient", metric) for method in ("sgt", "smoot") for metric in "mn"]
    raw = [entry.p for row in compared[0].rows for entry in row.entries[1:]]
    tested = claims(compared, family)
    assert set(tested) == set(family)
    adjusted = [
        tested["a", "net", entry.method, "gradient", row.metric].p
        for row in compared[0].rows
        for entry in row.entries[1:]
    ]
    assert adjusted == pytest.approx(statistics.holm(np.array(raw)))
    assert adjusted != raw
    (alone,) = claims(compared, family[:1]).values()
    assert alone.p == alone.entry.p == 2 / 2**8


def test_what_has_no_pair_of_seeds_is_not_tested():
    compared = tables({("baseline", 0, "m"): 1.0, ("sgt", 1, "m"): 2.0})
    assert claims(compared, [Comparison("a", "net", "sgt", "gradient", "m")]) == {}


def test_a_verdict_knows_the_metrics_direction():
    values = {(x, s, m): s + (x == "sgt") for x in ("baseline", "sgt") for s in range(6) for m in "mn"}
    family = [Comparison("a", "net", "sgt", "gradient", metric) for metric in "mn"]
    up, down = claims(tables(values), family).values()
    assert (up.row.metric, up.p) == ("m", 2 * 2 / 2**6)
    assert [claim.verdict(0.05) for claim in (up, down)] == ["not shown", "not shown"]
    assert [claim.verdict(0.07) for claim in (up, down)] == ["better", "worse"]
