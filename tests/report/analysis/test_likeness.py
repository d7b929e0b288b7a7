"""In what controls differ from what they control."""

import pytest
from builders import PROJECT

from smoot.cli.check import plan
from smoot.core.params_file import read_params
from smoot.masking import Masking
from smoot.report.analysis import likeness
from smoot.settings.params import facts_of_grid, method_facts
from smoot.settings.validation import validate
from smoot.training.recipe import Recipe

TRAINING = Recipe(epochs=20, batch_size=8, lr=0.1, warmup_epochs=2)
RANDOM = {"masking": {"ranking": "random"}}


def unlike(methods):
    return likeness.unlike(method_facts(methods, TRAINING, Masking()))


def found(control, method=None, of="sgt", **others):
    """The options in which a control differs from what it controls."""
    methods = {of: method or {}, "control": {"control_of": [of]} | control, **others}
    return {(one.control, one.method): one.options for one in unlike(methods)}


@pytest.mark.parametrize(
    ("control", "options"),
    [
        ({"method": "sgt"} | RANDOM, None),
        ({"method": "sgt", "k": 0.5, "weight": 1.0} | RANDOM, None),  # which are sgt's by default
        ({"method": "sgt", "k": 0.44, "weight": 0.24} | RANDOM, {"weight": (0.24, 1.0), "k": (0.44, 0.5)}),
        (
            {"method": "sgt", "masking": {"ranking": "random", "fill": "image_min"}},
            {"masking.fill": ("image_min", "uniform")},
        ),
        ({"method": "sgt", "draw": 1} | RANDOM, {"draw": (1, 0)}),
        # Other epochs stretch the warm-up, which is said with them.
        ({"method": "sgt", "training": {"epochs": 30}} | RANDOM, {"training.epochs": (30, 20)}),
        ({"method": "sgt", "training": {"lr": 0.2}} | RANDOM, {"training.lr": (0.2, 0.1)}),
        ({"method": "sgt", "k": 0.0}, None),
        ({"method": "sgt", "k": 0.0, "weight": 0.3}, {"weight": (0.3, 1.0)}),
        ({"method": "sgt", "weight": 0.0, "k": 0.3}, {"k": (0.3, 0.5)}),
        # The only difference is what makes it a control.
        (
            {"method": "sgt", "masking": {"target": "logit", "saliency": "shared"}},
            {"masking.target": ("logit", "log_prob"), "masking.saliency": ("shared", "fused")},
        ),
        ({"method": "sgt", "masking": {"fill": "image_min"}}, None),
        ({"method": "sgt", "k": 0.3}, None),
        ({"method": "sgt", "k": 0.3, "weight": 0.2}, {"weight": (0.2, 1.0), "k": (0.3, 0.5)}),
        # Another component is another method: what both have must mean the same.
        ({"method": "baseline"}, None),
        ({"method": "baseline", "training": {"epochs": 30}}, {"training.epochs": (30, 20)}),
        ({"method": "baseline", "training": {"epochs": 30}, "equal": ["train_seconds"]}, None),
        ({"method": "gradient_penalty", "weight": 3.0}, None),
        ({"method": "high_low", "weight": 3.0}, {"weight": (3.0, 1.0)}),
    ],
)  # fmt: skip
def test_a_control_differs_in_what_makes_it_one_alone(control, options):
    assert found(control).get(("control", "sgt")) == options


def test_what_is_not_used_does_not_differ():
    assert found({"method": "sgt", "k": 0.44} | RANDOM, of="smoot") == {}
    fixed = {"method": "smoot", "pixels": "fixed", "k": 0.5}
    assert found({"method": "sgt", "k": 0.44} | RANDOM, fixed, "images") == {("control", "images"): {"k": (0.44, 0.5)}}


def test_the_fraction_of_pixels_of_an_equal_budget_is_set_by_a_pilot():
    methods = {"smoot": {"pixels": "fixed", "k": 0.5, "weight": 0.4}, "scheduled_mask": {"k": 0.3, "weight": 0.4}}
    assert unlike(methods) == []
    methods["scheduled_mask"]["weight"] = 1.0
    (one,) = unlike(methods)
    assert (one.control, one.method, one.options) == ("scheduled_mask", "smoot", {"weight": (1.0, 0.4)})


@pytest.mark.parametrize("name", ["full", "rivals", "sanity", "paper_mnist", "frontier", "quick"])
def test_presets_hold_like_with_like(name):
    params = validate(read_params(PROJECT / f"workflow/presets/{name}.yaml"))
    assert likeness.unlike(facts_of_grid(params)) == []


def test_check_says_it_before_the_run(tmp_path, monkeypatch):
    raw = read_params(PROJECT / "workflow/presets/canvas_fashion.yaml")
    monkeypatch.chdir(tmp_path)
    said = plan(raw, validate(raw)).splitlines()
    first = next(number for number, line in enumerate(said) if line.startswith("controls"))
    assert said[first : first + 3] == [
        "controls  random_mask and sgt_absolute are not like with like: weight 0.24 for 1.0, k 0.44 for 0.5",
        "          random_mask and smoot are not like with like: weight 0.24 for 1.0",
        "          random_mask and smoot_start are not like with like: weight 0.24 for 0.4",
    ]
