"""What every training method keeps to, without being named here."""

import copy

import pytest
import torch
from builders import gradients, make_batch, make_context, make_model, train_step

from smoot.core import components

METHODS = components.names("methods")


def build(name, seed=0, **params):
    component = components.load("methods", name)
    return component, component.Method(component.Params(**params), make_context(seed=seed))


def trained():
    return [name for name in METHODS for _, method in [build(name)] if method.epochs(method.params, 3) > 0]


@pytest.mark.parametrize("name", METHODS)
def test_it_says_what_it_is(name):
    assert components.load("methods", name).__doc__.startswith(f"{name}: ")


@pytest.mark.parametrize("name", trained())
def test_steps_leave_finite_gradients_and_detached_findings(name):
    _, method = build(name)
    model = make_model(dropout=0.2)
    for number in range(4):
        model.zero_grad()
        batch = make_batch(seed=number)
        step = method.step(model, batch)
        assert all(gradient.isfinite().all() for gradient in gradients(model))
        assert step.ce.shape == step.correct.shape == (len(batch),)
        assert not step.loss.requires_grad
        assert not step.ce.requires_grad
    record = method.record()
    assert all(isinstance(value, float) for value in record.values())


@pytest.mark.parametrize("name", trained())
def test_restored_state_continues_bit_for_bit(name):
    _, method = build(name)
    model = make_model(dropout=0.2)
    for number in range(3):
        train_step(method, model, number)
    _, other = build(name)
    other.restore(copy.deepcopy(method.state()))
    twin = copy.deepcopy(model)
    for number in range(3, 6):
        train_step(method, model, number)
        train_step(other, twin, number)
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert method.record() == other.record()


@pytest.mark.parametrize("name", METHODS)
def test_unknown_parameters_are_refused(name):
    with pytest.raises(ValueError, match="no_such_key"):
        components.load("methods", name).Params(no_such_key=1)
