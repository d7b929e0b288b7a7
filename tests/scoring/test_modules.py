"""What is seen of a model's forward pass."""

import pytest
import torch
from scored_models import small_cnn
from torch import nn
from torch.nn import functional

from smoot.attributions._modules import last_stage, out_of_place, trace, unguided
from smoot.scoring.metric import NotApplicableError

IMAGES = torch.zeros(2, 1, 8, 8)


class Model(nn.Module):
    """A ReLU that is used twice, and what else `function` does."""

    def __init__(self, function):
        super().__init__()
        self.relu, self.function = nn.ReLU(), function

    def forward(self, images):
        return self.function(self.relu(self.relu(images)))


def test_every_call_of_an_activation_is_seen_with_its_module():
    model = Model(lambda features: features)
    assert trace(model, IMAGES).functions == [("relu", model.relu)] * 2
    assert unguided(trace(model, IMAGES)) == []
    assert [type(module) for module, _ in trace(model, IMAGES).outputs] == [nn.ReLU, nn.ReLU, Model]


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (functional.relu, "relu"),
        (torch.relu, "relu"),
        (lambda features: features.relu_(), "relu"),
        (lambda features: features.clamp(min=0), "clamp"),
        (functional.gelu, "gelu"),
        (torch.sigmoid, "sigmoid"),
    ],
)
def test_a_function_that_is_no_module_is_told_from_one_that_is(function, name):
    model = Model(function)
    seen = trace(model, IMAGES)
    assert seen.functions == [("relu", model.relu), ("relu", model.relu), (name, model)]
    (other,) = unguided(seen)
    assert other.startswith(f"{name} in ")
    assert other.endswith("Model")


def test_tracing_leaves_no_hook_even_where_the_model_fails():
    def fail(features):
        raise RuntimeError("no")

    model = Model(fail)
    with pytest.raises(RuntimeError, match="no"):
        trace(model, IMAGES)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_modules_overwrite_their_input_again_afterwards_and_no_others():
    model = nn.Sequential(small_cnn(), nn.ReLU())
    flags = [module.inplace for module in model.modules() if isinstance(module, nn.ReLU)]
    with pytest.raises(ValueError, match="in between"), out_of_place(model):
        assert not any(module.inplace for module in model.modules() if isinstance(module, nn.ReLU))
        raise ValueError("in between")
    assert [module.inplace for module in model.modules() if isinstance(module, nn.ReLU)] == flags == [True, True, False]


def test_the_last_stage_is_the_last_to_give_maps_of_the_last_convolutions_size():
    stem, block = nn.Conv2d(1, 4, 3), nn.Sequential(nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    squeeze = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 4, 1), nn.Flatten())
    model = nn.Sequential(stem, block, squeeze).eval()
    assert last_stage(trace(model, IMAGES)) is block
    assert last_stage(trace(nn.Sequential(stem, nn.MaxPool2d(2), nn.Flatten()), IMAGES)) is stem


@pytest.mark.parametrize(("stride", "applies"), [(1, True), (2, True), (3, False)])
def test_a_convolution_that_cuts_the_image_into_patches_is_no_stage(stride, applies):
    model = nn.Sequential(nn.Conv2d(1, 4, 3, stride), nn.Flatten())
    if applies:
        assert last_stage(trace(model, IMAGES)) is model[0]
    else:
        with pytest.raises(NotApplicableError, match="patches"):
            last_stage(trace(model, IMAGES))
