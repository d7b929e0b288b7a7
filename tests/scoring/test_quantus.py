"""Any metric of Quantus by its name; what is known of it without importing Quantus."""

import subprocess
import sys
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from builders import problems
from scored_models import known, metric_record, score, subject

from smoot.artifacts.metric_info import Category
from smoot.core import components
from smoot.metrics import _quantus_call, _quantus_catalogue, _quantus_faults
from smoot.metrics import quantus as component
from smoot.scoring.metric import component_name, metric_info

NEEDED = {"category": "faithfulness", "higher_is_better": False}


def entry(name, **more):
    return {"name": name} | NEEDED | more


def test_every_class_and_argument_is_found_in_the_source():
    import inspect

    import quantus

    for name, (arguments, call) in _quantus_catalogue.metrics().items():
        metric = getattr(quantus, name)
        assert arguments <= inspect.signature(metric.__init__).parameters.keys(), name
        assert call <= inspect.signature(metric.__call__).parameters.keys(), name
    wanted = {"MPRT", "ROAD", "Infidelity", "Focus", "EfficientMPRT", "RelativeInputStability", "Completeness"}
    assert wanted <= _quantus_catalogue.metrics().keys()
    correlation = _quantus_catalogue.metrics()["FaithfulnessCorrelation"].arguments
    assert {"nr_runs", "subset_size", "perturb_baseline"} <= correlation
    assert "similarity_func" not in correlation


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Sparsity"}, "name: Sparsity: no metric of Quantus; allowed: AUC, AttributionLocalisation"),
        ({"arguments": {"step": 1}}, "arguments.step: not of PixelFlipping, or not to be chosen; allowed: abs, feat"),
        ({"arguments": {"perturb_func": "x"}}, "arguments.perturb_func: not of PixelFlipping, or not to be chosen"),
        ({"call": {"model": 1}}, "call.model: not of PixelFlipping, or not to be chosen; allowed: batch_size"),
        ({"link": "javascript:alert()", "citation": "c"}, ".link: 'javascript:alert()': "),
        ({"link": "https://example.org"}, "link: an address of a paper without its citation"),
        ({"category": "beauty"}, ".category: 'beauty': should be 'performance', 'faithfulness'"),
        ({"extra": 1}, ".extra: unknown key; allowed: arguments, call, category"),
    ],
)
def test_what_is_wrong_is_refused_when_the_file_is_checked(smoke, wrong, said):
    panel = next(iter(smoke["panels"]))
    smoke["panels"][panel]["metrics"]["mine"] = {"metric": "quantus"} | entry("PixelFlipping") | wrong
    lines = problems(smoke)
    assert len(lines) == 1
    assert lines[0].startswith(f"params.yaml: panels.{panel}.metrics.mine")
    assert said in lines[0]


def test_what_is_known_of_metrics_is_known_without_importing_torch_or_quantus():
    needed = {"quantus": entry("Selectivity")}
    code = (
        "import sys; from smoot.core.components import Entry, names; from smoot.scoring.metric import metric_info\n"
        f"for name in names('metrics'): metric_info(Entry('metrics', name, name, {needed}.get(name, {{}})))\n"
        "sys.exit(bool({'torch', 'quantus', 'scipy'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_curve_an_image_is_averaged_and_what_is_no_value_an_image_does_not_apply():
    of = subject("integrated_gradients", size=5)
    flipping = {"features_in_step": 8, "perturb_baseline": "mean"}
    points = _quantus_call.run_quantus("PixelFlipping", of, softmax=True, **flipping)
    values = component.score(of, component.Params(**entry("PixelFlipping", softmax=True, arguments=flipping))).values
    np.testing.assert_allclose(values, np.mean(points, axis=1))
    record = metric_record(of, "quantus", entry("ROAD", call={"batch_size": 5}))
    assert record.reason == "ROAD, called like this, does not give a value an image"
    assert record.values == (None,) * 5


def test_arguments_reach_the_metric():
    of = subject("integrated_gradients", size=5)
    few, many = (
        component.score(of, component.Params(**entry("EffectiveComplexity", arguments={"eps": eps}))).values
        for eps in (0.5, 0.01)
    )
    assert (few < many).all()
    scaled = replace(of, maps=of.maps * 1e-3)
    plain = component.Params(**entry("EffectiveComplexity", arguments={"eps": 0.5, "normalise": False}))
    assert (component.score(scaled, plain).values == 0).all()
    assert component.info(plain).scale


def test_localisation_is_of_the_object():
    of = subject("integrated_gradients", size=9)
    arguments = {"name": "RelevanceMassAccuracy", "category": "localisation", "higher_is_better": True}
    assert np.array_equal(
        component.score(of, component.Params(**arguments)).values, score("relevance_mass", of), equal_nan=True
    )


def test_what_the_report_says_of_it_is_what_params_yaml_says():
    metric = components.Entry("metrics", "mine", "quantus", entry("Selectivity"))
    info = metric_info(metric)
    assert (info.title, info.category, info.arrow) == ("Selectivity", "faithfulness", "↓")
    assert component_name(metric) == "quantus Selectivity"
    assert info.meaning == "Quantus' Selectivity."
    own = {"meaning": "How soon.", "formula": "m(x)", "citation": "A, B 2020", "link": "https://example.org/paper"}
    said = metric_info(components.Entry("metrics", "mine", "quantus", entry("Selectivity", **own)))
    assert {key: getattr(said, key) for key in own} == own


def test_what_is_known_to_be_wrong_with_a_metric_of_quantus_is_said():
    assert _quantus_faults.FAULTS.keys() <= _quantus_catalogue.metrics().keys()
    faulty = component.info(component.Params(**entry("Monotonicity")))
    assert faulty.deviations == f"{component.AS_IT_IS} {_quantus_faults.FAULTS['Monotonicity']}"
    assert component.info(component.Params(**entry("Selectivity"))).deviations == component.AS_IT_IS


def test_there_are_metrics_of_every_category():
    found = [
        known(name).category
        for name in components.names("metrics")
        if hasattr(components.load("metrics", name), "INFO")
    ]
    for category in get_args(Category):
        assert found.count(category) >= (1 if category == "performance" else 2), category


def test_a_value_that_the_metric_does_not_take_is_a_reason_and_no_crash():
    arguments = entry("PixelFlipping", arguments={"perturb_baseline": "nope", "features_in_step": 8})
    record = metric_record(subject(size=3), "quantus", arguments)
    assert record.applies is False
    assert record.values == (None,) * 3
    assert record.reason.startswith("PixelFlipping, called like this, fails: ValueError: ")
