"""Whether a score is marked as one that measures nothing, or that its settings decide."""

import numpy as np
import pandas as pd
import pytest

from smoot.artifacts.results import RESULT_COLUMNS
from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis import validity as sanity
from smoot.report.analysis.agreement import agreement
from smoot.report.analysis.hypotheses import PERFORMANCE
from smoot.report.analysis.validity import Nulls
from smoot.report.evidence.metrics import Metric

UP = MetricInfo(title="Up", category="faithfulness", higher_is_better=True, citation="c")
DOWN = MetricInfo(title="Down", category="robustness", higher_is_better=False, citation="c")
METRICS = {
    "test_accuracy": Metric("Accuracy", PERFORMANCE["test_accuracy"], "test_accuracy", False, "test"),
    "up": Metric("Up", UP, "up", True, "test"),
    "up_other": Metric("Up (other)", UP, "up", True, "test"),
    "down": Metric("Down", DOWN, "down", True, "test"),
}
NULLS = Nulls(methods={"untrained"}, maps={"random"})


def table(scores):
    """scores: metric → method → (the gradient's scores by seed, the random map's)."""
    rows = [
        {"dataset": "d", "model": "m", "method": method, "seed": seed, "panel": "p", "attribution": attribution,
         "metric": metric, "value": value, "images": 9, "status": "ok", "reason": "", "split": "test"}
        for metric, methods in scores.items()
        for method, both in methods.items()
        for attribution, values in zip(("gradient", "random"), both, strict=True)
        for seed, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=RESULT_COLUMNS)


def check(scores):
    found = sanity.sanity(table(scores), METRICS, NULLS, "gradient", "baseline", 0.95)
    return {check.metric: check for check in found}


NOISE = [-1.0, -1.1, -0.9]


def ranking(*means, spread=0.01, noise=NOISE):
    """Methods of these means, on three seeds that all have the same effect and on which the methods vary a little."""
    vary = [(-spread, 0, spread), (spread, -spread, 0), (0, spread, -spread)]
    names = ["baseline", *(f"method{n}" for n in range(1, len(means)))]
    return {
        name: ([mean + seed / 10 + vary[n % 3][seed] for seed in range(3)], noise)
        for n, (name, mean) in enumerate(zip(names, means, strict=True))
    }


def test_a_metric_tells_noise_if_every_trained_run_scores_better_in_its_direction():
    good = {"baseline": ([0.5, 0.6] * 3, [0.1, 0.2] * 3), "untrained": ([0.0] * 6, [0.1, 0.2] * 3)}
    found = check({"up": good})["up"]
    assert (found.separated, found.runs, found.mark) == (6, 6, "")
    found = check({"down": good})["down"]
    assert (found.separated, found.runs, found.mark) == (0, 6, "!")


def test_one_run_that_noise_beats_is_enough_to_be_marked():
    found = check({"up": {"baseline": ([0.5, 0.1, 0.9, 0.9, 0.9], [0.1, 0.2, 0.1, 0.1, 0.1])}})["up"]
    assert (found.separated, found.runs, found.mark) == (4, 5, "!")


def test_a_score_that_ties_with_noise_does_not_tell_it():
    assert check({"up": {"baseline": ([0.5], [0.5])}})["up"].separated == 0


def test_so_few_runs_that_chance_could_do_it_are_no_check():
    assert check({"up": {"baseline": ([0.5] * 4, [0.1] * 4)}})["up"].mark == "?"
    assert check({"up": {"baseline": ([0.5] * 4, [0.9] * 4)}})["up"].mark == "?!"


def test_settings_that_turn_the_ranking_round_are_marked():
    found = check({"up": ranking(0.5, 0.7, 0.9), "up_other": ranking(0.9, 0.5, 0.7)})
    assert found["up"].settings == {"up_other": (1, 2, 0)}
    assert found["up"].mark == found["up_other"].mark == "~"
    alike = check({"up": ranking(0.5, 0.7, 0.9), "up_other": ranking(0.1, 0.2, 0.3)})
    assert alike["up"].settings == {"up_other": (3, 0, 0)}
    assert alike["up"].mark == ""


def test_an_order_that_one_setting_cannot_tell_contradicts_nothing():
    one = ranking(0.501, 0.5, 0.9)
    assert check({"up": one, "up_other": ranking(0.5, 0.501, 0.9)})["up"].settings == {"up_other": (2, 0, 0)}
    found = check({"up": one, "up_other": ranking(0.3, 0.5, 0.9)})["up"]
    assert found.settings == {"up_other": (2, 0, 1)}
    assert found.mark == ""
    alone = {method: (own[:1], noise[:1]) for method, (own, noise) in one.items()}
    assert check({"up": alone, "up_other": alone})["up"].settings == {"up_other": (0, 0, 0)}


def test_two_settings_of_the_same_truth_are_rarely_said_to_turn_methods_round():
    rng, marked = np.random.default_rng(0), 0
    for _ in range(100):
        names = pd.MultiIndex.from_product([range(7), range(7)], names=["method", "seed"])
        truth = 0.3 * np.repeat(np.arange(7), 7)
        one, other = (pd.Series(truth + scale * rng.normal(size=49), names) for scale in (1, 3))
        marked += agreement(one, other, 0.95).opposite > 0
    assert marked <= 10


def test_methods_are_told_apart_by_their_differences_within_a_seed():
    spread = {"baseline": ([0.1, 0.5, 0.9], NOISE), "sgt": ([0.2, 0.61, 1.0], NOISE)}
    assert check({"up": spread, "up_other": spread})["up"].settings == {"up_other": (1, 0, 0)}


def test_a_method_that_only_one_setting_has_scores_of_is_in_no_pair_of_both():
    one, other = ranking(0.5, 0.7, 0.9), ranking(0.5, 0.7)
    assert check({"up": one, "up_other": other})["up"].settings == {"up_other": (1, 0, 2)}


def test_a_method_that_moves_the_score_of_the_random_map_is_named():
    moved = ranking(0.5, 0.7, 0.9) | {"method1": ([0.9, 0.9, 0.9], [-0.5, -0.61, -0.4])}
    found = check({"up": moved})["up"]
    assert (found.shifted, found.mark) == ({"random": {"method1": pytest.approx(0.497, abs=1e-3)}}, "≠")
    assert found.reason("≠").endswith("may be of the model and not of its map: random")
    assert check({"up": ranking(0.5, 0.7, 0.9)})["up"].shifted == {}


def test_an_aggregate_has_the_marks_of_all_its_data_sets():
    bad = table({"up": {"baseline": ([0.1] * 5, [0.5] * 5)}})
    both = pd.concat([table({"up": {"baseline": ([0.5] * 5, [0.1] * 5)}}), bad.assign(dataset="e")])
    found = sanity.marks(sanity.sanity(both, METRICS, NULLS, "gradient", "baseline", 0.95))
    assert found == {("d", "m", "up"): "", ("e", "m", "up"): "!", ("all data sets", "m", "up"): "!"}


def test_what_cannot_be_checked_is_marked_so_and_not_left_out():
    scores = table({"up": {"baseline": ([0.5] * 5, [0.1] * 5)}, "down": {"baseline": ([0.5] * 5, [0.1] * 5)}})
    no_random = scores[(scores["metric"] == "up") | (scores["attribution"] == "gradient")]
    undefined = scores["metric"].eq("down")
    for some in (no_random, scores.assign(value=scores["value"].mask(undefined), status="undefined")):
        found = {c.metric: c for c in sanity.sanity(some, METRICS, NULLS, "gradient", "baseline", 0.95)}
        assert (found["down"].attribution, found["down"].runs, found["down"].mark) == ("", 0, "?")
        assert found["up"].mark == ""
    nothing = scores[scores["attribution"] == "gradient"]
    assert [c.mark for c in sanity.sanity(nothing, METRICS, NULLS, "gradient", "baseline", 0.95)] == ["?", "?"]


def test_what_does_not_apply_is_not_checked():
    scores = table({"up": {"baseline": ([0.5] * 5, [0.1] * 5)}}).assign(status="not applicable")
    assert sanity.sanity(scores, METRICS, NULLS, "gradient", "baseline", 0.95) == []


def test_a_metric_is_checked_by_an_attribution_of_its_own_panel():
    scores = table({"up": {"baseline": ([0.5] * 5, [0.1] * 5)}, "down": {"baseline": ([0.1] * 5, [0.5] * 5)}})
    other = (scores["metric"] == "down") & (scores["attribution"] == "gradient")
    scores.loc[other, "attribution"] = "occlusion"
    found = {c.metric: c for c in sanity.sanity(scores, METRICS, NULLS, "gradient", "baseline", 0.95)}
    assert [(c.attribution, c.mark) for c in found.values()] == [("gradient", ""), ("occlusion", "")]


def test_settings_are_compared_on_the_same_split_only():
    other = METRICS | {"up_other": Metric("Up (other)", UP, "up", True, "val")}
    scores = table({"up": ranking(0.5, 0.7, 0.9), "up_other": ranking(0.9, 0.5, 0.7)})
    checks = {c.metric: c for c in sanity.sanity(scores, other, NULLS, "gradient", "baseline", 0.95)}
    assert checks["up"].settings == checks["up_other"].settings == {}
    assert (checks["up"].split, checks["up_other"].split) == ("test", "val")


def test_the_preferred_map_judges_and_null_maps_are_those_that_are_said_to_be():
    scores = table({"up": {"baseline": ([0.5] * 5, [0.1] * 5)}})
    renamed = scores.assign(attribution=scores["attribution"].map({"gradient": "shap", "random": "noise"}))
    both = pd.concat([scores, renamed.assign(value=renamed["value"] + 0.2)])
    nulls = Nulls(methods=set(), maps={"random", "noise"})
    for preferred, separated in (("shap", 5), ("gradient", 5), ("nowhere", 5)):
        (check,) = sanity.sanity(both, METRICS, nulls, preferred, "baseline", 0.95)
        assert check.attribution == (preferred if preferred != "nowhere" else "gradient")
        assert (check.separated, check.runs) == (separated, 5)


def test_a_map_has_to_beat_every_null_map_and_those_that_it_does_not_beat_are_named():
    scores = table({"up": {"baseline": ([0.5] * 5, [0.1] * 5)}})
    edges = scores[scores["attribution"] == "random"].assign(attribution="edges", value=[0.6, 0.5, 0.4, 0.4, np.nan])
    nulls = Nulls(methods=set(), maps={"random", "edges"})
    (check,) = sanity.sanity(pd.concat([scores, edges]), METRICS, nulls, "gradient", "baseline", 0.95)
    assert (check.separated, check.runs, check.unbeaten, check.mark) == (3, 5, {"edges": 2}, "!")
    assert check.reason("!") == f"{sanity.MARKS['!']}: edges"
    (check,) = sanity.sanity(scores, METRICS, nulls, "gradient", "baseline", 0.95)
    assert (check.separated, check.unbeaten, check.mark) == (5, {}, "")


def test_of_several_null_maps_each_that_a_method_moves_is_named():
    moved = table({"up": ranking(0.5, 0.7)})
    own = moved[moved["attribution"] == "random"]
    higher = np.where(own["method"] == "method1", [0.5, 0.6, 0.7] * 2, [0.1, 0.21, 0.3] * 2)
    nulls = Nulls(methods=set(), maps={"random", "edges"})
    both = pd.concat([moved, own.assign(attribution="edges", value=higher)])
    (check,) = sanity.sanity(both, METRICS, nulls, "gradient", "baseline", 0.95)
    assert check.shifted == {"edges": {"method1": pytest.approx(0.397, abs=1e-3)}}
