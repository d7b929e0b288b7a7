"""What every attribution keeps to, and the exact answers of a linear model."""

import numpy as np
import pytest
import torch
from subjects import CLASSES, SIDE, Linear, subject

from smoot.core import registry

ATTRIBUTIONS = registry.names("smoot.attributions")


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_maps_have_the_images_size_and_are_the_same_each_time(name):
    one, other = subject(name), subject(name)
    assert one.maps.shape == one.images.shape
    assert one.maps.dtype == np.float32
    assert np.isfinite(one.maps).all()
    assert np.array_equal(one.maps, other.maps)


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_a_map_is_that_of_its_own_image_whatever_the_others_are(name):
    one = subject(name)
    np.testing.assert_allclose(
        one.explain(one.model, one.images[3:5], one.labels[3:5]), one.maps[3:5], rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_it_says_what_it_is(name):
    assert registry.load("smoot.attributions", name).__doc__.startswith(f"{name}: ")


def weights(of):
    return of.model.linear.weight.numpy()[of.labels].reshape(-1, 1, SIDE, SIDE)


def test_gradient_of_a_linear_model_is_its_weights():
    linear = subject("gradient")
    np.testing.assert_allclose(linear.maps, np.abs(weights(linear)), rtol=1e-6)


def test_integrated_gradients_of_a_linear_model_are_weights_times_input():
    linear = subject("integrated_gradients")
    np.testing.assert_allclose(linear.maps, weights(linear) * linear.images, rtol=1e-4, atol=1e-5)


def test_random_depends_on_the_image_and_on_nothing_else():
    one = subject("random")
    torch.manual_seed(5)
    other_model = Linear()
    assert np.array_equal(one.explain(other_model, one.images, (one.labels + 1) % CLASSES), one.maps)
    changed = one.explain(one.model, one.images + 1e-3, one.labels)
    assert abs(np.corrcoef(changed.ravel(), one.maps.ravel())[0, 1]) < 0.2
