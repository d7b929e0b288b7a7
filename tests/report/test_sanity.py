"""Whether a score is marked as one that measures nothing, or that its settings decide."""

import math

import pandas as pd
import pytest

from smoot.report import sanity
from smoot.report.tidy import COLUMNS
from smoot.scoring.metric import About

METRICS = {
    "test_accuracy": ("Accuracy", About("Accuracy", "performance", True, "")),
    "up": ("Up", About("Up", "faithfulness", True, "c")),
    "up_other": ("Up (other)", About("Up", "faithfulness", True, "c")),
    "down": ("Down", About("Down", "robustness", False, "c")),
}
COMPONENTS = {"test_accuracy": "test_accuracy", "up": "up", "up_other": "up", "down": "down"}


def table(scores):
    """scores: metric → method → (the gradient's scores by seed, the random map's)."""
    rows = [
        {"dataset": "d", "model": "m", "method": method, "seed": seed, "panel": "p", "attribution": attribution,
         "metric": metric, "value": value, "images": 9, "status": "ok", "reason": ""}
        for metric, methods in scores.items()
        for method, both in methods.items()
        for attribution, values in zip(("gradient", "random"), both, strict=True)
        for seed, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def check(scores, **options):
    return {
        check.metric: check for check in sanity.sanity(table(scores), METRICS, COMPONENTS, {"untrained"}, **options)
    }


def test_a_metric_tells_noise_if_every_trained_run_scores_better_in_its_direction():
    good = {"baseline": ([0.5, 0.6], [0.1, 0.2]), "untrained": ([0.0, 0.0], [0.1, 0.2])}
    assert check({"up": good})["up"].tells_noise
    assert (check({"up": good})["up"].separated, check({"up": good})["up"].runs) == (2, 2)
    assert not check({"down": good})["down"].tells_noise
    assert check({"down": good})["down"].separated == 0


def test_one_run_that_noise_beats_is_enough_to_be_marked():
    found = check({"up": {"baseline": ([0.5, 0.1], [0.1, 0.2])}})["up"]
    assert (found.separated, found.runs, found.mark) == (1, 2, "!")


def test_a_score_that_ties_with_noise_does_not_tell_it():
    assert check({"up": {"baseline": ([0.5], [0.5])}})["up"].separated == 0


def test_settings_that_turn_the_ranking_round_are_marked():
    one = {"baseline": ([0.5], [0.1]), "sgt": ([0.7], [0.1]), "smoot": ([0.9], [0.1])}
    other = {"baseline": ([0.9], [0.1]), "sgt": ([0.7], [0.1]), "smoot": ([0.5], [0.1])}
    found = check({"up": one, "up_other": other})
    assert found["up"].settings == {"Up (other)": pytest.approx(-1)}
    assert found["up"].mark == found["up_other"].mark == "~"
    alike = check({"up": one, "up_other": one})
    assert alike["up"].settings == {"Up (other)": pytest.approx(1)}
    assert alike["up"].mark == ""


def test_one_method_alone_has_no_ranking():
    one = {"baseline": ([0.5], [0.1])}
    found = check({"up": one, "up_other": one})["up"]
    assert math.isnan(found.settings["Up (other)"])
    assert found.mark == ""


def test_an_aggregate_has_the_marks_of_all_its_data_sets():
    bad = table({"up": {"baseline": ([0.1], [0.5])}})
    both = pd.concat([table({"up": {"baseline": ([0.5], [0.1])}}), bad.assign(dataset="e")])
    found = sanity.marks(sanity.sanity(both, METRICS, COMPONENTS, set()))
    assert found == {("d", "m", "up"): "", ("e", "m", "up"): "!", ("all data sets", "m", "up"): "!"}


def test_without_a_random_map_there_is_nothing_to_check():
    scores = table({"up": {"baseline": ([0.5], [0.1])}})
    assert sanity.sanity(scores[scores["attribution"] == "gradient"], METRICS, COMPONENTS, set()) == []


@pytest.mark.parametrize("methods", [5, 8, 13])
def test_the_same_ranking_of_many_methods_is_the_same_whatever_rounding_says(methods):
    one = {f"method{n}": ([n / 10], [-1.0]) for n in range(methods)}
    assert check({"up": one, "up_other": one})["up"].mark == ""


def test_what_has_no_score_of_both_maps_is_not_marked():
    scores = table({"up": {"baseline": ([0.5], [0.1])}})
    both = pd.concat([scores, table({"down": {"baseline": ([0.5], [0.1])}}).query("attribution == 'gradient'")])
    found = {c.metric: c for c in sanity.sanity(both, METRICS, COMPONENTS, set())}
    assert (found["down"].runs, found["down"].mark) == (0, "")
