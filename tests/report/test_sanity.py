"""Whether a score is marked as one that measures nothing, or that its settings decide."""

import pandas as pd

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
        check.metric: check
        for check in sanity.sanity(table(scores), METRICS, COMPONENTS, {"untrained"}, 0.95, **options)
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


def ranking(*means, spread=0.01):
    """Methods of these means, on three seeds that all have the same effect and on which the methods vary a little."""
    vary = [(-spread, 0, spread), (spread, -spread, 0), (0, spread, -spread)]
    return {
        f"method{n}": ([mean + seed / 10 + vary[n % 3][seed] for seed in range(3)], [-1.0] * 3)
        for n, mean in enumerate(means)
    }


def test_settings_that_turn_the_ranking_round_are_marked():
    found = check({"up": ranking(0.5, 0.7, 0.9), "up_other": ranking(0.9, 0.5, 0.7)})
    assert found["up"].settings == {"Up (other)": (1, 3)}
    assert found["up"].mark == found["up_other"].mark == "~"
    alike = check({"up": ranking(0.5, 0.7, 0.9), "up_other": ranking(0.1, 0.2, 0.3)})
    assert alike["up"].settings == {"Up (other)": (3, 3)}
    assert alike["up"].mark == ""


def test_the_order_of_methods_that_no_setting_tells_apart_is_chance():
    one, other = ranking(0.501, 0.5, 0.9), ranking(0.5, 0.501, 0.9)
    found = check({"up": one, "up_other": other})["up"]
    assert found.settings == {"Up (other)": (2, 2)}
    assert found.mark == ""
    # It counts as soon as one of the two settings is sure.
    assert check({"up": one, "up_other": ranking(0.3, 0.5, 0.9)})["up"].settings == {"Up (other)": (2, 3)}
    alone = {method: (own[:1], noise[:1]) for method, (own, noise) in one.items()}
    assert check({"up": alone, "up_other": alone})["up"].settings == {"Up (other)": (0, 0)}


def test_methods_are_told_apart_by_their_differences_within_a_seed():
    spread = {"baseline": ([0.1, 0.5, 0.9], [-1.0] * 3), "sgt": ([0.2, 0.61, 1.0], [-1.0] * 3)}
    assert check({"up": spread, "up_other": spread})["up"].settings == {"Up (other)": (1, 1)}


def test_a_method_that_only_one_setting_has_scores_of_is_in_no_pair():
    one, other = ranking(0.5, 0.7, 0.9), ranking(0.5, 0.7)
    assert check({"up": one, "up_other": other})["up"].settings == {"Up (other)": (1, 1)}


def test_an_aggregate_has_the_marks_of_all_its_data_sets():
    bad = table({"up": {"baseline": ([0.1], [0.5])}})
    both = pd.concat([table({"up": {"baseline": ([0.5], [0.1])}}), bad.assign(dataset="e")])
    found = sanity.marks(sanity.sanity(both, METRICS, COMPONENTS, set(), 0.95))
    assert found == {("d", "m", "up"): "", ("e", "m", "up"): "!", ("all data sets", "m", "up"): "!"}


def test_without_a_random_map_there_is_nothing_to_check():
    scores = table({"up": {"baseline": ([0.5], [0.1])}})
    assert sanity.sanity(scores[scores["attribution"] == "gradient"], METRICS, COMPONENTS, set(), 0.95) == []


def test_what_has_no_score_of_both_maps_is_not_marked():
    scores = table({"up": {"baseline": ([0.5], [0.1])}})
    both = pd.concat([scores, table({"down": {"baseline": ([0.5], [0.1])}}).query("attribution == 'gradient'")])
    found = {c.metric: c for c in sanity.sanity(both, METRICS, COMPONENTS, set(), 0.95)}
    assert (found["down"].runs, found["down"].mark) == (0, "")
