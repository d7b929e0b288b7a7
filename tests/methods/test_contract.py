"""What every training method keeps to, without being named here."""

import copy
import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from builders import gradients, make_batch, make_context, make_machine, make_method, make_model, train_step
from examples import example
from waits import Waits, fetched_later

from smoot import masking
from smoot.artifacts.run import BUDGETS, Control
from smoot.core import components
from smoot.core.errors import SmootError
from smoot.core.machine import Machine
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry
from smoot.models.smoothed import as_saved
from smoot.training.method import control_of, own_recipe

METHODS = components.names("methods")


TRAINED = [name for name in METHODS if components.load("methods", name).Method.trained]


# Beside the defaults: what else a method can do, with saliency from the training pass and without.
VARIANTS = {
    "adversarial_steps": ("adversarial", {"steps": 3}),
    "adversarial_l2": ("adversarial", {"norm": "l2", "epsilon": 0.5}),
    "smoothed_adversarial_steps": ("smoothed_adversarial", {"steps": 3}),
    "high_low_masking": ("high_low", {"plain": 0.0}),
    "smoot_all": ("smoot", {"images": "all"}),
}
RUNS = {name: (name, {}) for name in TRAINED} | VARIANTS


def build(name, **context):
    component, params = RUNS[name]
    entry = example("methods", component, **params)
    return make_method(entry.load(), make_context(**context), **entry.arguments)


def batch_for(method, number):
    batch = make_batch(seed=number)
    masks = torch.ones_like(batch.images[:, :1], dtype=torch.uint8)
    return replace(batch, masks=masks) if method.needs_masks else batch


@pytest.mark.parametrize("name", METHODS)
def test_it_says_what_it_is(name):
    assert components.load("methods", name).__doc__.startswith(f"{name}: ")


@pytest.mark.parametrize("name", RUNS)
def test_steps_leave_finite_gradients_and_detached_findings(name):
    method = build(name)
    model = make_model(dropout=0.2)
    for number in range(4):
        model.zero_grad()
        batch = batch_for(method, number)
        result = method.step(model, batch)
        assert all(gradient.isfinite().all() for gradient in gradients(model))
        assert result.ce.shape == result.correct.shape == (len(batch),)
        assert not result.loss.requires_grad
        assert not result.ce.requires_grad
    record = method.record()
    assert all(isinstance(value, float) for value in record.values())


@pytest.mark.parametrize("name", RUNS)
def test_restored_state_continues_bit_for_bit(name):
    method = build(name)
    model = make_model(dropout=0.2)
    for number in range(3):
        train_step(method, model, batch_for(method, number))
    other = build(name)
    other.restore(copy.deepcopy(method.state()))
    twin = copy.deepcopy(model)
    for number in range(3, 6):
        train_step(method, model, batch_for(method, number))
        train_step(other, twin, batch_for(other, number))
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert method.record() == other.record()


@pytest.mark.parametrize("name", RUNS)
def test_in_16_bits_losses_are_of_32_and_near_those_in_full(name):
    losses = {}
    for precision in ("fp32", "bf16"):
        method, model = build(name), make_model()
        method = type(method)(method.params, replace(method.context, machine=make_machine(precision=precision)))
        result = method.step(model, batch_for(method, 0))
        assert result.loss.dtype == result.ce.dtype == torch.float32
        assert all(gradient.isfinite().all() for gradient in gradients(model))
        losses[precision] = result.loss.item()
    assert losses["bf16"] == pytest.approx(losses["fp32"], rel=0.05)
    assert losses["bf16"] != losses["fp32"]


@pytest.mark.parametrize("name", RUNS)
def test_label_smoothing_is_of_the_loss_and_not_of_what_is_reported(name):
    def found(smoothing):
        method = build(name, label_smoothing=smoothing, saliency="separate")
        return method.step(make_model(), batch_for(method, 0))

    try:
        plain, smoothed = found(0.0), found(0.2)
    except SmootError as refused:
        assert "label_smoothing" in str(refused)
        return
    assert plain.loss != smoothed.loss
    assert torch.equal(plain.ce, smoothed.ce)


@pytest.mark.parametrize("name", RUNS)
def test_every_weight_gets_a_gradient(name):
    method, model = build(name), make_model()
    total = [torch.zeros_like(parameter) for parameter in model.parameters()]
    for number in range(4):
        model.zero_grad()
        method.step(model, batch_for(method, number))
        total = [sums + gradient.abs() for sums, gradient in zip(total, gradients(model), strict=True)]
    assert all(sums.any() for sums in total)


@pytest.mark.parametrize("name", RUNS)
def test_its_random_numbers_are_of_generators_of_its_own(name):
    """What others draw, such as dropout, stays the same; and the same step draws the same numbers."""
    states = [torch.get_rng_state, lambda: torch.tensor(np.random.get_state()[1].tolist()), lambda: random.getstate()]
    losses = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        method, model = build(name), make_model()
        torch.manual_seed(seed)
        before = [state() for state in states]
        losses.append(method.step(model, batch_for(method, 0)).loss)
        for state, old in zip(states, before, strict=True):
            assert torch.equal(state(), old) if torch.is_tensor(old) else state() == old
    assert torch.equal(*losses)


@pytest.mark.parametrize("name", RUNS)
def test_no_step_waits_for_the_device(name, monkeypatch):
    monkeypatch.setattr(Machine, "fetch", lambda machine, values: fetched_later(values))
    monkeypatch.setattr(masking, "_sorted", lambda values: values.sort(dim=1).values)  # as it is on a GPU
    method, model = build(name), make_model(dropout=0.2)
    for number in range(3):
        batch = batch_for(method, number)
        held = [vars(batch), vars(method), *model.state_dict().values()]
        with Waits(held) as waits:
            method.step(model, batch)
        assert not waits.found


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("entry", [{"timm": "sgt_cnn"}, {"timm": "test_resnet", "upsample": 32}])
def test_the_network_that_it_trains_keeps_all_first_weights_and_is_made_again_from_its_state_dict(name, entry):
    torch.manual_seed(0)
    method = build(name)
    built = [create(ModelEntry(**entry), 1, 4, (8, 8)) for _ in range(2)]
    first = {key: tensor.clone() for key, tensor in built[0].state_dict().items()}
    stream = torch.get_rng_state()
    network = method.network(built[0])
    assert torch.equal(torch.get_rng_state(), stream)
    saved = network.state_dict()
    kept = {key: next(saved[own] for own in saved if own.endswith(key)) for key in first}
    assert all(torch.equal(kept[key], tensor) for key, tensor in first.items())
    again = as_saved(built[1], saved)
    again.load_state_dict(saved)
    images = make_batch().images
    assert torch.equal(again.eval()(images), network.eval()(images))
    for number in range(2):  # networks may begin with zeros that the gradient does not pass
        train_step(method, network.train(), batch_for(method, number), lr=0.01)
    learned = gradients(network)
    assert all(gradient.isfinite().all() for gradient in learned)
    assert sum(bool(gradient.any()) for gradient in learned) > 0.9 * len(learned)


@pytest.mark.parametrize("name", METHODS)
def test_unknown_parameters_are_refused(name):
    with pytest.raises(ValueError, match="no_such_key"):
        components.load("methods", name).Params(no_such_key=1)


@pytest.mark.parametrize("name", METHODS)
def test_the_components_that_it_names_are_there(name):
    method = components.load("methods", name).Method
    named = {*method.beside, *(method.control.of if method.control else ())}
    assert named <= {*METHODS} - {name}
    assert method.control is None or {*method.control.equal} <= {*BUDGETS}


@pytest.mark.parametrize("name", TRAINED)
def test_its_entry_may_have_a_recipe_of_its_own_and_be_a_control(name):
    own = {"training": {"lr": 0.5}, "control_of": ["smoot"]}
    entry = components.resolve("methods", "mine", {"method": name} | example("methods", name, **own).arguments)
    params = entry.params()
    context = make_context()
    assert own_recipe(params, context.recipe) == context.recipe.override({"lr": 0.5})
    assert control_of(entry, params).of == ("smoot",)


def test_an_entry_may_say_otherwise_than_its_component_what_it_is_a_control_of():
    def control(**entry):
        resolved = components.resolve("methods", "mine", entry)
        return control_of(resolved, resolved.params())

    assert control(method="sgt") is None
    assert control(method="untrained") is None
    assert control(method="sgt", control_of=["sgt"]) == Control(of=("sgt",), by_component=False)
    budgets = ("masked_images", "masked_pixels")
    assert control(method="scheduled_mask") == Control(of=("smoot",), equal=budgets)
    assert control(method="scheduled_mask", control_of=["a", "b"]) == Control(
        of=("a", "b"), by_component=False, equal=budgets
    )
    assert control(method="scheduled_mask", equal=["train_seconds"]) == Control(of=("smoot",), equal=("train_seconds",))
    assert control(method="scheduled_mask", control_of=[]) is None
    with pytest.raises(ValueError, match=r"methods\.mine: equal: train_seconds: .*control_of"):
        control(method="baseline", equal=["train_seconds"])
    with pytest.raises(ValueError, match="hours: no such budget; allowed: masked_images"):
        control(method="baseline", control_of=["smoot"], equal=["hours"])
