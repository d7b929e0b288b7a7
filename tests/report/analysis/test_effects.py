"""What of a difference is the map's, and what the model's."""

import numpy as np
import pandas as pd
import pytest

from smoot import statistics
from smoot.artifacts.effects import effect_names
from smoot.artifacts.results import RESULT_COLUMNS
from smoot.artifacts.scores import AttributionRecord, MetricInfo
from smoot.report.analysis.effects import borrowed, effect_metrics, effect_rows, explained_twice
from smoot.report.evidence.metrics import Metric

ATTRIBUTIONS = {
    "gradient": AttributionRecord(component="gradient"),
    "of": AttributionRecord(component="gradient", of="baseline", own="gradient"),
    "on": AttributionRecord(component="gradient", on="baseline", own="gradient"),
    "both": AttributionRecord(component="gradient", of="baseline", on="baseline", own="gradient"),
    "random": AttributionRecord(component="random", null=True),
}


def metric(category, **fields):
    info = MetricInfo(title=category, category=category, higher_is_better=True, citation="c", **fields)
    return Metric(category, info, category, True, "test")


METRICS = {
    "drop": metric("faithfulness"),
    "mass": metric("localisation"),
    "attacked": metric("performance", of_model=True),
}


def results(values, seed=0):
    """values: (method, attribution, metric) → value."""
    rows = [
        {"dataset": "d", "model": "net", "method": method, "seed": seed, "panel": "p", "attribution": attribution,
         "metric": name, "value": value, "images": 9, "status": "ok", "reason": "", "split": "test"}
        for (method, attribution, name), value in values.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=RESULT_COLUMNS)


SCORES = {
    ("baseline", "gradient", "drop"): 0.20,
    ("baseline", "of", "drop"): 0.20,
    ("baseline", "on", "drop"): 0.20,
    ("sgt", "gradient", "drop"): 0.50,
    ("sgt", "of", "drop"): 0.40,
    ("sgt", "on", "drop"): 0.22,
    ("sgt", "random", "drop"): 0.0,
    ("baseline", "gradient", "mass"): 0.3,
    ("sgt", "gradient", "mass"): 0.7,
    ("sgt", "", "attacked"): 0.9,
}


def found(values=SCORES):
    rows = effect_rows(results(values), METRICS, ATTRIBUTIONS, "baseline")
    assert set(rows["attribution"]) <= {"gradient"}
    return {(row.method, row.metric): row.value for row in rows.itertuples()}


def test_the_effects_by_hand():
    effects = found()
    assert effects["sgt", "drop_map_effect"] == pytest.approx(((0.5 - 0.4) + (0.22 - 0.2)) / 2)
    assert effects["sgt", "drop_model_effect"] == pytest.approx(((0.4 - 0.2) + (0.5 - 0.22)) / 2)
    assert effects["sgt", "drop_map_fit"] == pytest.approx(0.5 - 0.4 - 0.22 + 0.2)
    assert effects["sgt", "drop_map_effect"] + effects["sgt", "drop_model_effect"] == pytest.approx(0.5 - 0.2)


def test_the_baseline_has_no_effect_on_itself():
    effects = found()
    assert [effects["baseline", name] for name in effect_names("drop")] == [0, 0, 0]


def test_a_score_that_tries_the_map_on_no_model_is_all_the_maps():
    effects = found()
    assert effects["sgt", "mass_map_effect"] == pytest.approx(0.4)
    assert (effects["sgt", "mass_model_effect"], effects["sgt", "mass_map_fit"]) == (0, 0)


def test_a_metric_of_the_model_has_no_effects():
    assert not [name for _, name in found() if name.startswith("attacked")]


def test_what_is_missing_makes_the_effect_unknown():
    effects = found({key: value for key, value in SCORES.items() if key != ("sgt", "on", "drop")})
    assert np.isnan(effects["sgt", "drop_map_effect"])
    assert effects["baseline", "drop_map_effect"] == 0


def test_only_what_has_both_has_effects():
    alone = {name: about for name, about in ATTRIBUTIONS.items() if name != "on"}
    assert explained_twice(alone) == {}
    assert explained_twice(ATTRIBUTIONS) == {"gradient": ("of", "on")}
    assert effect_rows(results(SCORES), METRICS, alone, "baseline").empty
    assert borrowed(ATTRIBUTIONS) == {"of", "on", "both"}


def test_an_effect_is_a_metric_with_the_direction_of_its_score():
    found = effect_metrics(METRICS, {"drop"})
    assert list(found) == effect_names("drop")
    assert all(one.info.higher_is_better and not one.has_settings for one in found.values())


def test_effects_are_the_shapley_values_of_map_and_model():
    rng = np.random.default_rng(0)
    mm, bm, mb, bb = rng.normal(size=(4, 7, 5))
    own, model, fit = statistics.effects(mm, bm, mb, bb)
    np.testing.assert_allclose(own + model, mm - bb)
    # A score that is a sum of a map's and a model's part has no fit.
    maps, models = rng.normal(size=(2, 2, 5))
    sums = [maps[0] + models[0], maps[1] + models[0], maps[0] + models[1], maps[1] + models[1]]
    own, model, none = statistics.effects(*sums)
    np.testing.assert_allclose(own, maps[0] - maps[1])
    np.testing.assert_allclose(model, models[0] - models[1])
    np.testing.assert_allclose(none, 0, atol=1e-12)
    assert fit.shape == (7, 5)


def test_equivalence_by_hand_and_against_two_one_sided_tests():
    from scipy.stats import ttest_1samp

    rng = np.random.default_rng(1)
    differences = rng.normal(0.001, 0.01, size=(20, 8))
    expected = [
        max(ttest_1samp(row, -0.02, alternative="greater").pvalue, ttest_1samp(row, 0.02, alternative="less").pvalue)
        for row in differences
    ]
    np.testing.assert_allclose(statistics.equivalence_p(differences, 0.02), expected)
    assert np.isnan(statistics.equivalence_p(np.array([0.0]), 0.1))
    assert statistics.equivalence_p(np.zeros(4), 0.1) == 0
    assert statistics.equivalence_p(np.full(4, 0.2), 0.1) == 1


def test_equivalence_has_its_size_at_the_margin_and_power_inside():
    """By simulation: a difference of the margin is called as good in at most 5 % of 4,000 studies of 8 seeds."""
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 0.01, size=(4000, 8))
    assert (statistics.equivalence_p(noise + 0.02, 0.02) <= 0.05).mean() < 0.06
    assert (statistics.equivalence_p(noise, 0.02) <= 0.05).mean() > 0.9
