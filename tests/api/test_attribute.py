"""Maps of a user's own model: those of the score stage and of captum, and nothing of the user's is changed."""

import random

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients, Saliency
from examples import example
from own_models import IMAGES, TARGETS, learning_model, same, seen
from scored_models import CLASSES, SIDE, Linear, small_cnn, subject
from torch import nn

from smoot import SmootError, attribute
from smoot.core import components


@pytest.mark.parametrize("name", components.names("attributions"))
def test_maps_are_those_of_the_score_stage(name):
    of = subject(name, size=6, model=small_cnn())
    maps = attribute(of.model, of.images, of.labels, name, **example("attributions", name).arguments)
    assert maps.shape == (6, SIDE, SIDE)
    assert maps.dtype == np.float32
    assert np.array_equal(maps, of.maps[:, 0])


def test_maps_are_captums():
    model = small_cnn()
    expected = Saliency(model).attribute(IMAGES.clone(), target=TARGETS)
    assert np.allclose(attribute(model, IMAGES, TARGETS), expected.sum(1), rtol=1e-5)
    expected = IntegratedGradients(model).attribute(IMAGES, target=TARGETS, n_steps=7)
    assert np.allclose(
        attribute(model, IMAGES, TARGETS, "integrated_gradients", steps=7), expected.sum(1), rtol=1e-4, atol=1e-6
    )


def test_arrays_and_tensors_of_any_precision_give_the_same_maps():
    model = Linear()
    expected = attribute(model, IMAGES, TARGETS, "input_x_gradient")
    for images in (IMAGES.double(), IMAGES.numpy(), IMAGES.clone().requires_grad_()):
        assert np.array_equal(attribute(model, images, TARGETS.numpy(), "input_x_gradient"), expected)
    with torch.inference_mode():
        assert np.array_equal(attribute(model, IMAGES, TARGETS.tolist(), "input_x_gradient"), expected)


@pytest.mark.parametrize("name", ["gradient", "gradient_shap", "guided_backprop", "deep_lift", "grad_cam", "occlusion"])
def test_model_images_and_random_streams_are_left_as_they_were(name):
    model, images = learning_model(), IMAGES[:4].clone()
    before = seen(model)
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    attribute(model, images, TARGETS[:4], name)
    drawn = random.random(), np.random.rand(), torch.rand(1).item()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    assert drawn == (random.random(), np.random.rand(), torch.rand(1).item())
    assert same(seen(model), before)
    assert torch.equal(images, IMAGES[:4])
    assert not images.requires_grad


def test_a_call_that_fails_leaves_the_model_as_it_was():
    model = nn.Sequential(nn.Flatten(), nn.Linear(SIDE * SIDE, CLASSES), nn.GELU()).train()
    before = seen(model)
    with pytest.raises(SmootError, match=r"guided_backprop: does not apply: guided backprop needs nn\.ReLU"):
        attribute(model, IMAGES, TARGETS, "guided_backprop")
    assert same(seen(model), before)


class Pair(nn.Module):
    def forward(self, images):
        return images, images


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "resnet"}, "model: str; should be a torch.nn.Module"),
        ({"model": Pair()}, r"model: gives tuple for 2 images; should give logits \(images, classes\)"),
        ({"model": nn.Identity()}, r"model: gives \(2, 1, 8, 8\) for 2 images"),
        ({"model": Linear(channels=3)}, r"model: fails on images of shape \(2, 1, 8, 8\): mat1 and mat2 shapes"),
        ({"model": Linear().double()}, r"model: linear.weight is torch.float64; should be torch.float32"),
        ({"images": IMAGES[0]}, r"images: of shape \(1, 8, 8\); should be \(n, channels, height, width\)"),
        ({"images": IMAGES[:0]}, r"images: of shape \(0, 1, 8, 8\)"),
        ({"images": IMAGES.byte()}, "images: uint8; should be floats, normalised as the model takes them"),
        ({"images": IMAGES / 0}, "images: NaN or infinite values in image 0; should be finite"),
        ({"images": [[1.0], [1.0, 2.0]]}, "images: list; should be an array or a tensor"),
        ({"targets": TARGETS[:3]}, r"targets: of shape \(3,\); should be \(70,\), one for each image"),
        ({"targets": TARGETS.float()}, "targets: float32; should be whole numbers"),
        ({"targets": TARGETS + 1}, "targets: 3: the model has 3 classes; allowed: 0 to 2"),
        ({"targets": TARGETS - 1}, "targets: -1: the model has 3 classes; allowed: 0 to 2"),
        (
            {"attribution": "gradients"},
            "attributions.gradients: no such attribution; allowed: centre, deep_lift, edges, ",
        ),
        ({"attribution": "integrated_gradients", "step": 7}, "integrated_gradients.step: unknown key; allowed: steps"),
        ({"attribution": "integrated_gradients", "steps": 1}, "steps: 1: should be greater than or equal to 2"),
    ],
)
def test_bad_input_is_named(change, message):
    with pytest.raises(SmootError, match=message) as caught:
        attribute(**{"model": Linear(), "images": IMAGES, "targets": TARGETS} | change)
    assert "\n" not in str(caught.value)
