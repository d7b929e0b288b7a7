"""A step of each method of the paper-sized presets, on images of noise of their data sets' size."""

import pytest
import torch
from builders import PROJECT, gradients, make_batch, make_info, make_machine

from smoot.core.params_file import read_params
from smoot.models.create import create
from smoot.settings.validation import validate
from smoot.training.method import Context

SHAPES = {"mnist": ((1, 28, 28), 10), "cifar10": ((3, 32, 32), 10), "caltech101": ((3, 128, 128), 101)}


def paper(name: str) -> tuple:
    """(params, shape, classes, its model)."""
    params = validate(read_params(PROJECT / f"workflow/presets/paper_{name}.yaml"))
    (shape, classes), (model,) = SHAPES[name], params.grid.models
    torch.manual_seed(0)
    return params, shape, classes, create(params.models[model], shape[0], classes, shape[1:])


@pytest.mark.parametrize("name", SHAPES)
def test_every_method_takes_a_step(name):
    params, (channels, side, _), classes, model = paper(name)
    named = {"classes": tuple(map(str, range(classes)))}
    info = make_info(shape=(channels, side, side)).model_copy(update=named)
    batch = make_batch(size=4, channels=channels, side=side, classes=classes)
    for method in params.grid.methods:
        entry = params.method(method)
        component = entry.load()
        if component.Method.trained:
            model.zero_grad()
            context = Context(info, params.recipe(method), params.own_masking(method), 0, make_machine())
            result = component.Method(entry.params(), context).step(model.train(), batch)
            assert torch.isfinite(result.loss)
            assert all(gradient.isfinite().all() for gradient in gradients(model))
            assert any(gradient.any() for gradient in gradients(model))
