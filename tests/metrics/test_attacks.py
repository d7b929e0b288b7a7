"""Accuracy on changed images: against another library's attacks, and against what is known of a linear model."""

from dataclasses import replace

import foolbox
import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scored_models import SIDE, Linear, small_cnn, subject
from torch import nn

from smoot.metrics import adversarial_accuracy, noise_accuracy
from smoot.perturbation import Ball, attacked

MEAN, STD = 0.4, 0.2
EPSILONS = {"linf": [0.005, 0.02, 0.1], "l2": [0.05, 0.2, 1.0]}
RANGE = tuple(np.full((1, 1, 1), (edge - MEAN) / STD, np.float32) for edge in (0, 1))


def images_for(model, size=32, channels=1):
    """A subject of valid images, of which the model gets nearly all right."""
    of = subject(size=size, model=model, channels=channels)
    pixels = np.random.default_rng(1).random(of.images.shape)
    images = ((pixels - MEAN) / STD).astype(np.float32)
    labels = of.predict(images).argmax(1)
    labels[::7] = (labels[::7] + 1) % of.classes
    pixel_range = tuple(np.repeat(edge, channels, axis=0) for edge in RANGE)
    return replace(of, images=images, labels=labels, pixel_range=pixel_range)


def trained_cnn():
    """Smooth enough that both libraries' rounding leads to the same images."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 6, 3), nn.Softplus(), nn.Flatten(), nn.Linear(6 * (SIDE - 2) ** 2, 3)]
    return nn.Sequential(*layers).eval().requires_grad_(False)


def theirs(attack, model, of, epsilon):
    """(n, C, H, W) normalised images, by foolbox."""
    preprocessing = {"mean": [MEAN], "std": [STD], "axis": -3}
    wrapped = foolbox.PyTorchModel(model, bounds=(0, 1), preprocessing=preprocessing, device="cpu")
    pixels = torch.from_numpy(of.images * STD + MEAN).clamp(0, 1)
    _, clipped, _ = attack(wrapped, pixels, torch.from_numpy(of.labels), epsilons=epsilon)
    return ((clipped - MEAN) / STD).numpy()


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_fgsm_is_foolboxs(norm):
    kind = {"linf": foolbox.attacks.LinfFastGradientAttack, "l2": foolbox.attacks.L2FastGradientAttack}[norm]
    model = trained_cnn()
    of = images_for(model)
    params = adversarial_accuracy.Params(attack="fgsm", norm=norm, epsilons=EPSILONS[norm])
    curve = adversarial_accuracy.score(of, params).curves["attacked"]
    for place, epsilon in enumerate(params.epsilons, start=1):
        expected = theirs(kind(random_start=False), model, of, epsilon)
        own = adversarial_accuracy.attacked_images(of, params, epsilon, of.images, np.zeros(len(of)))
        np.testing.assert_allclose(own, expected, atol=1e-4)
        assert np.array_equal(curve.values[:, place], of.predict(expected).argmax(1) == of.labels)
    assert curve.values[:, -1].mean() < curve.values[:, 0].mean()


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("steps", [1, 7])
def test_pgd_is_foolboxs(norm, steps):
    """From the image itself, as the two draw other starts."""
    kind = {"linf": foolbox.attacks.LinfPGD, "l2": foolbox.attacks.L2PGD}[norm]
    model = trained_cnn()
    of = images_for(model)
    edges = (torch.from_numpy(edge) for edge in RANGE)
    black, white = edges
    images, labels = torch.from_numpy(of.images), torch.from_numpy(of.labels)
    for epsilon in EPSILONS[norm]:
        size = epsilon / 3
        attack = kind(abs_stepsize=size, steps=steps, random_start=False)
        own = attacked(model, images, labels, Ball(norm, epsilon, black, white), images, steps, size)
        np.testing.assert_allclose(own.numpy(), theirs(attack, model, of, epsilon), atol=1e-4)


@pytest.mark.parametrize("attack", ["fgsm", "pgd"])
@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_a_linear_model_of_two_classes_falls_where_the_margin_says(attack, norm):
    """Right up to ε = |f_0 − f_1| / ‖w_0 − w_1‖ by the dual norm, which is L1 for L∞, of pixels from 0 to 1."""
    model = Linear()
    with torch.no_grad():
        model.linear = nn.Linear(SIDE**2, 2, bias=False)
        model.linear.weight.copy_(torch.randn(2, SIDE**2, generator=torch.Generator().manual_seed(2)))
    of = replace(images_for(model), classes=2)
    images = (of.images * 0.2).astype(np.float32)  # far from black and white
    logits = of.predict(images)
    of = replace(of, images=images, labels=logits.argmax(1))
    difference = (model.linear.weight[0] - model.linear.weight[1]).numpy() / STD
    margin = np.abs(logits[:, 0] - logits[:, 1])
    critical = margin / (np.abs(difference).sum() if norm == "linf" else np.linalg.norm(difference))
    epsilons = sorted(np.quantile(critical, [0.2, 0.5, 0.9]).tolist())
    params = adversarial_accuracy.Params(attack=attack, norm=norm, epsilons=epsilons, steps=60)
    scores = adversarial_accuracy.score(of, params)
    curve = scores.curves["attacked"]
    assert curve.x.tolist() == [0, *epsilons]
    # Steps of 2.5 ε in all turn a start that is at a right angle to the gradient to within 10 degrees of it.
    near = np.abs(critical[:, None] / np.array(epsilons) - 1) < 0.03
    expected = critical[:, None] > np.array(epsilons)
    assert near.mean() < 0.1
    assert np.array_equal(curve.values[:, 1:][~near], expected[~near])
    assert curve.values[:, 0].all()
    widths, heights = np.diff(curve.x), curve.values.astype(float)
    area = (widths * (heights[:, 1:] + heights[:, :-1]) / 2).sum(1) / epsilons[-1]
    np.testing.assert_allclose(scores.values, area)


def test_more_than_one_batch_and_colour_channels_with_ranges_of_their_own():
    model = Linear(3)
    of = images_for(model, size=70, channels=3)
    black, white = of.pixel_range
    wide = (black, black + (white - black) * np.array([1, 2, 3], np.float32)[:, None, None])
    of = replace(of, pixel_range=wide)
    params = adversarial_accuracy.Params(epsilons=[0.1], steps=3)
    numbers, radius = np.random.default_rng(0).random(of.images.shape), np.zeros(70)
    moved = adversarial_accuracy.attacked_images(of, params, 0.1, numbers, radius)
    unit = wide[1] - wide[0]
    assert (np.abs(moved - of.images) <= 0.1 * unit * (1 + 1e-5)).all()
    assert (np.abs(moved - of.images).max((0, 2, 3)) > 0.09 * unit[:, 0, 0]).all(), "of each channel's own"
    part = of.take(np.arange(64, 70))
    alone = adversarial_accuracy.attacked_images(part, params, 0.1, numbers[64:], radius[64:])
    np.testing.assert_allclose(moved[64:], alone, atol=1e-6)


def test_the_curve_starts_at_the_clean_accuracy_and_falls():
    of = images_for(small_cnn(), size=64)
    scores = adversarial_accuracy.score(of, adversarial_accuracy.Params(epsilons=[0.02, 0.1, 0.3]))
    right = of.predict(of.images).argmax(1) == of.labels
    heights = scores.curves["attacked"].values
    assert np.array_equal(heights[:, 0], right)
    assert heights[:, 3].mean() < heights[:, 1].mean() <= right.mean()
    assert not of.model.training


def test_noise_of_no_size_changes_nothing_and_the_value_is_the_curves_mean():
    of = images_for(Linear(), size=200)
    scores = noise_accuracy.score(of, noise_accuracy.Params(sigmas=[0.0, 0.2, 3.0]))
    curve = scores.curves["noisy"]
    assert np.array_equal(curve.values[:, 0], of.predict(of.images).argmax(1) == of.labels)
    np.testing.assert_allclose(scores.values, curve.values.mean(1))
    assert 0.2 < curve.values[:, 2].mean() < 0.55, "noise alone is guessed"


def test_noise_has_its_size_in_pixels_from_0_to_1():
    of, seen = images_for(Linear(), size=200), []
    spied = replace(of, predict=lambda images: seen.append(images) or of.predict(images))
    noise_accuracy.score(spied, noise_accuracy.Params(sigmas=[0.1, 0.4]))
    deviations = [(images - of.images).std() * STD for images in seen]
    assert deviations == pytest.approx([0.1, 0.4], rel=0.05)


@pytest.mark.parametrize(
    ("module", "params", "said"),
    [
        (adversarial_accuracy, {"epsilons": [0.2, 0.1]}, r"\[0.2, 0.1\]: should be in ascending order"),
        (adversarial_accuracy, {"epsilons": [0.1, 0.1]}, "ascending order"),
        (adversarial_accuracy, {"epsilons": [0.0, 0.1]}, "greater than 0"),
        (adversarial_accuracy, {"epsilons": []}, "at least 1 item"),
        (noise_accuracy, {"sigmas": [0.3, 0.1]}, "ascending order"),
        (noise_accuracy, {"sigmas": [-0.1]}, "greater than or equal to 0"),
    ],
)
def test_points_that_make_no_curve_are_refused(module, params, said):
    with pytest.raises(ValidationError, match=said):
        module.Params(**params)
