"""Known answers of the rival methods; that they are resumed to the same bits.

tests/training/test_distributed.py trains them by two processes.
"""

import json
import math
import signal
from dataclasses import replace

import distributed_training
import killed_training
import numpy as np
import pytest
import torch
from builders import gradients, make_batch, make_context, make_info, make_machine, make_method, make_model
from torch import nn
from torch.nn.functional import cross_entropy, log_softmax

from smoot.artifacts.dataset import Region, Split
from smoot.methods import (
    _masked,
    adversarial,
    baseline,
    bce,
    energy_loss,
    gradient_penalty,
    high_low,
    mask_sub,
    noise,
    right_reasons,
    smoothed_adversarial,
)
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry
from smoot.training.batch import Batch
from smoot.training.data import Images
from smoot.training.recipe import Recipe

CHANNELS, SIDE, CLASSES = 2, 8, 4
INFO = make_info(shape=(CHANNELS, SIDE, SIDE)).model_copy(update={"std": (0.2, 0.5)})
CONTEXT = make_context(info=INFO)
UNIT = torch.tensor([5.0, 2.0], dtype=torch.float64)[:, None, None]
"""What 1 is, of pixels from 0 to 1, by channel."""


def valid_batch(dtype=torch.float64, seed=0):
    """Of images, with black and white in them."""
    batch = make_batch(channels=CHANNELS, dtype=dtype, seed=seed)
    black, white = (edge.to(dtype) for edge in CONTEXT.pixel_range)
    return replace(batch, images=batch.images.clamp(black, white))


def linear(dtype=torch.float64):
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(CHANNELS * SIDE**2, CLASSES)).to(dtype)


def noisy_model():
    """With all that a pass could disturb."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(CHANNELS, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(),
                         nn.Linear(6 * (SIDE - 2) ** 2, CLASSES))  # fmt: skip


def step(module, model, batch, context=CONTEXT, **params):
    """(what it found, the gradients); dropout is the same each time."""
    torch.manual_seed(1)
    model.zero_grad()
    result = make_method(module, context, **params).step(model, batch)
    return result, gradients(model)


def ce_gradients(model, images, labels):
    """(b, C, H, W): ∂CE/∂x of f(x) = W x + b, which is Wᵀ (p − y)."""
    p = model(images).softmax(1).detach()
    onto = p - nn.functional.one_hot(labels, CLASSES)
    return (onto @ model[1].weight.detach()).view_as(images)


def assert_bit_for_bit_the_baseline(module, batch, **params):
    models = noisy_model(), noisy_model()
    (plain, expected), (own, found) = step(baseline, models[0], batch), step(module, models[1], batch, **params)
    assert torch.equal(plain.loss, own.loss)
    assert torch.equal(plain.ce, own.ce)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(found, expected, strict=True))
    for ours, theirs in zip(models[1].buffers(), models[0].buffers(), strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("steps", [1, 3])
def test_adversarial_without_a_ball_is_the_baseline_bit_for_bit(norm, steps):
    assert_bit_for_bit_the_baseline(adversarial, valid_batch(torch.float32), epsilon=0.0, norm=norm, steps=steps)


@pytest.mark.parametrize(("module", "params"), [(noise, {"sigma": 0.0}), (gradient_penalty, {"weight": 0.0})])
def test_without_noise_or_penalty_it_is_the_baseline_bit_for_bit(module, params):
    assert_bit_for_bit_the_baseline(module, valid_batch(torch.float32), **params)


def test_right_reasons_where_all_is_object_is_the_baseline_bit_for_bit():
    batch = valid_batch(torch.float32)
    masks = torch.full_like(batch.images[:, :1], Region.OBJECT, dtype=torch.uint8)
    assert_bit_for_bit_the_baseline(right_reasons, replace(batch, masks=masks), weight=10.0)
    assert_bit_for_bit_the_baseline(energy_loss, replace(batch, masks=masks), weight=0.0)


def test_the_energy_loss_without_an_object_or_any_positive_attribution_is_the_baseline_bit_for_bit():
    batch = valid_batch(torch.float32)
    nowhere, everywhere = (torch.full_like(batch.images[:, :1], value, dtype=torch.uint8) for value in (0, 1))
    assert_bit_for_bit_the_baseline(energy_loss, replace(batch, masks=nowhere), weight=10.0)
    black = replace(batch, images=torch.zeros_like(batch.images), masks=everywhere)
    assert_bit_for_bit_the_baseline(energy_loss, black, weight=10.0)


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_with_a_convolution_of_zeros_smoothed_features_train_as_adversarial_training_does_bit_for_bit(norm):
    params, batch = {"epsilon": 0.1, "steps": 2, "norm": norm}, valid_batch(torch.float32)
    plain, model = noisy_model(), noisy_model()
    method = make_method(smoothed_adversarial, CONTEXT, after="0", **params)
    network = method.network(model)
    with torch.no_grad():
        for parameter in network.smoothed_by.parameters():
            parameter.zero_()
    theirs, expected = step(adversarial, plain, batch, **params)
    torch.manual_seed(1)
    ours = method.step(network, batch)
    assert torch.equal(ours.loss, theirs.loss)
    assert all(torch.equal(own, other) for own, other in zip(gradients(model), expected, strict=True))
    assert network.smoothed_by.weight.grad.any(), "and it learns"


def test_the_search_for_a_perturbation_draws_no_dropout_and_moves_no_statistics():
    model, plain = noisy_model().train(), noisy_model().train()
    torch.manual_seed(2)
    make_method(adversarial, CONTEXT, epsilon=0.3, steps=3).step(model, valid_batch(torch.float32))
    stream = torch.rand(3)
    torch.manual_seed(2)
    make_method(baseline, CONTEXT).step(plain, valid_batch(torch.float32))
    assert torch.equal(stream, torch.rand(3))
    assert model[1].num_batches_tracked == plain[1].num_batches_tracked == 1
    assert model.training


def test_on_a_linear_model_of_two_classes_the_perturbation_is_the_weights():
    """CE rises steepest along the difference of the two rows of W, whatever the image; long steps forget the start."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(CHANNELS * SIDE**2, 2)).double()
    batch = replace(valid_batch(), labels=torch.arange(8) % 2)
    batch = replace(batch, images=batch.images.clamp(-0.5, 0.5))  # far from black and white
    row = model[1].weight.detach()[0] - model[1].weight.detach()[1]
    away = row.view(CHANNELS, SIDE, SIDE) * torch.where(batch.labels == 0, -1, 1)[:, None, None, None]
    by_unit = away * UNIT
    edges = {
        "linf": 0.01 * UNIT * away.sign(),
        "l2": 0.1 * UNIT * by_unit / by_unit.square().sum((1, 2, 3), keepdim=True).sqrt(),
    }
    for norm, epsilon in (("linf", 0.01), ("l2", 0.1)):
        method = make_method(adversarial, CONTEXT, epsilon=epsilon, norm=norm, steps=4, step_size=100.0)
        moved = method.disturbed(model, batch)
        torch.testing.assert_close(moved - batch.images, edges[norm], rtol=1e-5, atol=1e-7)
        result = method.step(model, batch)
        assert result.loss.item() == pytest.approx(cross_entropy(model(moved), batch.labels).item(), rel=1e-9)
        assert result.loss > cross_entropy(model(batch.images), batch.labels)


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("steps", [1, 4])
@pytest.mark.parametrize("epsilon", [0.03, 0.5, 4.0])
def test_a_perturbation_leaves_neither_the_ball_nor_the_valid_range(norm, steps, epsilon):
    black, white = CONTEXT.pixel_range
    for number in range(3):
        batch = valid_batch(seed=number)
        method = make_method(adversarial, CONTEXT, epsilon=epsilon, norm=norm, steps=steps, step_size=2.0)
        moved = method.disturbed(noisy_model().double(), batch)
        change = (moved - batch.images) / UNIT
        length = change.abs().amax((1, 2, 3)) if norm == "linf" else change.square().sum((1, 2, 3)).sqrt()
        assert (length <= epsilon * (1 + 1e-6)).all()
        assert (length > 0.3 * min(epsilon, 0.5)).all(), "and it is used"
        assert (moved >= black).all()
        assert (moved <= white).all()


def test_starts_are_random_and_others_in_every_step():
    method = make_method(adversarial, CONTEXT, epsilon=0.3, steps=1, step_size=1e-9)
    starts = [method.disturbed(linear(), replace(valid_batch(), number=number)) for number in (0, 0, 1)]
    assert torch.equal(starts[0], starts[1])
    assert not torch.equal(starts[0], starts[2])


def test_noise_has_its_size_in_pixels_from_0_to_1(monkeypatch):
    seen = []
    model = linear(torch.float32)
    model.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    batch = replace(valid_batch(torch.float32), images=torch.zeros(8, CHANNELS, SIDE, SIDE))
    step(noise, model, batch, sigma=0.3)
    deviation = (seen[0].double() / UNIT).std((0, 2, 3))
    assert deviation.tolist() == pytest.approx([0.3, 0.3], rel=0.1)
    assert torch.corrcoef(seen[0].transpose(0, 1).flatten(1))[0, 1].abs() < 0.2, "by channel"


@pytest.mark.parametrize("weight", [0.3, 5.0])
def test_the_gradient_penalty_of_a_linear_model_has_a_closed_form(weight):
    model, batch = linear(), valid_batch()
    result, _ = step(gradient_penalty, model, batch, weight=weight)
    penalty = ce_gradients(model, batch.images, batch.labels).square().sum((1, 2, 3)).mean()
    plain = cross_entropy(model(batch.images), batch.labels)
    assert result.loss.item() == pytest.approx((plain + weight * penalty).item(), rel=1e-9)
    assert result.ce.mean().item() == pytest.approx(plain.item(), rel=1e-9)


def test_right_reasons_of_a_linear_model_has_a_closed_form():
    """∂ Σ_c log p_c / ∂x = Σ_c w_c − C Σ_c p_c w_c."""
    model, batch = linear(), valid_batch()
    masks = torch.randint(4, (8, 1, SIDE, SIDE), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    result, _ = step(right_reasons, model, replace(batch, masks=masks), weight=0.2)
    weights, p = model[1].weight.detach(), model(batch.images).softmax(1).detach()
    gradient = (weights.sum(0) - CLASSES * p @ weights).view_as(batch.images)
    penalty = (gradient * (masks != Region.OBJECT)).square().sum((1, 2, 3)).mean()
    plain = cross_entropy(model(batch.images), batch.labels)
    assert result.loss.item() == pytest.approx((plain + 0.2 * penalty).item(), rel=1e-9)


def test_the_energy_loss_by_hand():
    """Logits (x_1 − 2 x_2 + 3 x_3, 0) of pixels (2, 1, 1, 5): attribution (2, −2, 3, 0), of which 2 of 5 are inside."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2, bias=False)).double()
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[1.0, -2.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
    images = torch.tensor([2.0, 1.0, 1.0, 5.0]).double().view(1, 1, 2, 2).repeat(2, 1, 1, 1)
    masks = torch.tensor([1, 1, 3, 2], dtype=torch.uint8).view(1, 1, 2, 2).repeat(2, 1, 1, 1)
    index = torch.arange(2)
    batch = Batch(images, torch.tensor([0, 1]), index, index, masks=masks)
    context = make_context(info=make_info(shape=(1, 2, 2), classes=2))
    result, _ = step(energy_loss, model, batch, context, weight=10.0)
    # Of the other class all attribution is 0: it has no share inside, and adds nothing. Both logits differ by 3.
    ce = (math.log(1 + math.exp(-3)) + math.log(1 + math.exp(3))) / 2
    assert result.loss.item() == pytest.approx(ce + 10 * (1 - 2 / 5) / 2, rel=1e-9)
    assert result.ce.mean().item() == pytest.approx(ce, rel=1e-9)


def test_the_energy_loss_moves_attribution_onto_the_object():
    model, batch = linear(), valid_batch()
    masks = torch.zeros_like(batch.images[:, :1], dtype=torch.uint8)
    masks[..., :4] = Region.OBJECT
    method = make_method(energy_loss, CONTEXT, weight=3.0)

    def share():
        weights = model[1].weight.detach()[batch.labels].view_as(batch.images)
        positive = (batch.images * weights).sum(1).clamp(min=0)
        return (positive[..., :4].sum((1, 2)) / positive.sum((1, 2))).mean().item()

    before = share()
    for _ in range(50):
        model.zero_grad()
        method.step(model, replace(batch, masks=masks))
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.1 * parameter.grad
    assert before < 0.6
    assert share() > 0.8


@pytest.mark.parametrize("module", [gradient_penalty, right_reasons, energy_loss])
def test_the_gradient_through_a_gradient_is_that_of_the_loss_by_finite_differences(module):
    def model():
        torch.manual_seed(0)
        return nn.Sequential(nn.Flatten(), nn.Linear(CHANNELS * SIDE**2, 5), nn.Tanh(), nn.Linear(5, 4)).double()

    batch = valid_batch()
    batch = replace(batch, masks=(batch.images[:, :1] > 0).to(torch.uint8))
    _, found = step(module, model(), batch, weight=0.7)
    losses = []
    for shift in (1e-5, -1e-5):
        moved = model()
        with torch.no_grad():
            moved[1].weight[2, 7] += shift
        losses.append(step(module, moved, batch, weight=0.7)[0].loss.item())
    assert found[0][2, 7].item() == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-4)


def test_a_penalty_goes_through_attention():
    torch.manual_seed(0)
    model = create(ModelEntry(timm="test_vit", kwargs={"img_size": 32, "patch_size": 8}), 1, 4, (32, 32))
    context = make_context(info=make_info(shape=(1, 32, 32)))
    result, found = step(gradient_penalty, model, make_batch(side=32), context)
    assert result.loss > result.ce.mean()
    assert all(gradient.isfinite().all() for gradient in found)


def test_masks_move_with_the_images_and_reach_the_penalty(monkeypatch):
    """Images that are their own masks still are after mirroring and cropping."""
    seen = []
    monkeypatch.setattr(right_reasons, "penalised_step", lambda *arguments: seen.append(arguments[-1]))
    objects = np.random.default_rng(0).random((8, 1, SIDE, SIDE)) > 0.7
    info = make_info()
    split = Split((255 * objects).astype(np.uint8), np.zeros(8, np.int64), objects.astype(np.uint8))
    recipe = Recipe(epochs=1, batch_size=8, lr=0.1, augment={"flip": True, "crop": 2})
    (batch,) = Images(split, info, make_machine(), masks=right_reasons.Method.needs_masks).shuffled(recipe, 0, 0)
    make_method(right_reasons, make_context(info=info)).step(make_model(), batch)
    penalty = seen[0]
    outside = torch.stack([penalty(torch.eye(SIDE**2)[pixel].view(1, SIDE, SIDE)) for pixel in range(SIDE**2)], 1)
    outside = outside.view_as(batch.images).bool()
    assert torch.equal(outside, batch.images < 0)
    assert not torch.equal(outside, torch.from_numpy(~objects)[batch.index]), "they have moved"


def test_mask_sub_with_nothing_masked_has_half_the_baselines_gradient():
    batch = valid_batch()
    (_, expected), (result, found) = step(baseline, linear(), batch), step(mask_sub, linear(), batch, k=0.0)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs / 2, rtol=1e-9, atol=1e-12)
    assert (result.rise == 0).all()


@pytest.mark.parametrize("fill", ["uniform", "image_min", "channel_mean"])
def test_mask_sub_minimises_what_it_says(monkeypatch, fill):
    filled = []
    original = mask_sub.replace
    monkeypatch.setattr(mask_sub, "replace", lambda *arguments: filled.append(original(*arguments)) or filled[-1])
    model, batch = linear(), valid_batch()
    context = make_context(info=INFO, fill=fill)
    result, found = step(mask_sub, model, batch, context, k=0.25)
    assert ((filled[0] != batch.images).any(1).sum((1, 2)) <= 16).all()
    twin = linear()
    p, q = twin(batch.images), twin(filled[0])
    loss = (cross_entropy(p, batch.labels) - (p.softmax(1).detach() * log_softmax(q, 1)).sum(1).mean()) / 2
    loss.backward()
    assert result.loss.item() == pytest.approx(loss.item(), rel=1e-9)
    for ours, theirs in zip(found, gradients(twin), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_high_low_is_plain_first_and_then_masks_the_two_ends_by_turns(monkeypatch):
    hidden, ranked = [], []
    replaced, ranks = _masked.replace, _masked.rank_by
    monkeypatch.setattr(_masked, "replace", lambda i, h, *rest: hidden.append(h) or replaced(i, h, *rest))
    monkeypatch.setattr(_masked, "rank_by", lambda *arguments: ranked.append(ranks(*arguments)) or ranked[-1])
    recipe = Recipe(epochs=4, batch_size=8, lr=0.1)
    method = make_method(high_low, make_context(images=16, recipe=recipe), plain=0.5, k=0.25)
    columns = []
    for number in range(8):
        step_batch = make_batch(seed=number)
        method.step(make_model(), step_batch)
        assert len(hidden) == max(0, number - 3)
        if number % 2:
            columns.append(method.record()["masked_images"])
    assert columns == [0.0, 0.0, 1.0, 1.0]
    for place, (pixels, values) in enumerate(zip(hidden, ranked, strict=True)):
        assert (pixels.sum((1, 2)) == 16).all()
        for rows, scores in zip(pixels, values, strict=True):
            inside, outside = scores[rows], scores[~rows]
            assert inside.min() >= outside.max() if place % 2 else inside.max() <= outside.min()


def test_bce_of_logits_that_are_zero_is_ln_2_a_class_and_smoothing_lowers_the_target():
    model, batch = linear(), valid_batch()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    result, found = step(bce, model, batch)
    assert result.loss.item() == pytest.approx(CLASSES * math.log(2), rel=1e-9)
    counts = torch.bincount(batch.labels, minlength=CLASSES) / len(batch)
    torch.testing.assert_close(found[1], 0.5 - counts.double())
    context = make_context(info=INFO, label_smoothing=0.2)
    _, smoothed = step(bce, model, batch, context)
    torch.testing.assert_close(smoothed[1], 0.5 - (0.8 * counts.double() + 0.05))


def test_each_rival_that_reconstructs_says_so():
    assert "reconstruction" in high_low.Method.note


def train(folder, name, death):
    killed_training.die_at(death)
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6), nn.Tanh(), nn.Dropout(0.2), nn.Flatten(), nn.Linear(6 * 36, 4)
    )
    result = distributed_training.train(name, make_machine(), folder / "checkpoints", model)
    weights = {key: tensor.tolist() for key, tensor in model.state_dict().items()}
    (folder / "result.json").write_text(json.dumps([result["history"], weights]))


RIVALS = [name for name in distributed_training.RUNS if not name.startswith(("baseline", "sgt", "smoot"))]


@pytest.mark.parametrize("name", RIVALS)
def test_killed_and_resumed_it_ends_in_the_same_bits(tmp_path, name):
    def run(folder, death=None):
        folder.mkdir(exist_ok=True)
        process = killed_training.CONTEXT.Process(target=train, args=(folder, name, death))
        process.start()
        process.join(60)
        return process.exitcode

    assert run(tmp_path / "whole") == 0
    for number in (2, 3):
        assert run(tmp_path / "killed", ("os.rename", "state.safetensors", number)) == -signal.SIGKILL
    assert run(tmp_path / "killed") == 0
    assert (tmp_path / "killed/result.json").read_text() == (tmp_path / "whole/result.json").read_text()
