"""The training step against slow, obvious references."""

import pytest
import torch
from builders import gradients, make_batch, make_context, make_model

from smoot.methods import _masked as module
from smoot.methods._masked import masked_step
from smoot.training.method import Batch, plain_step, undisturbed


def spy_saliency(monkeypatch):
    """Catches the saliency, (n, H, W), that a masked step ranks."""
    seen = []
    original = module.rank_by
    monkeypatch.setattr(module, "rank_by", lambda saliency, *rest: seen.append(saliency) or original(saliency, *rest))
    return seen


def run(model, batch, pixels=10, weight=1.0, chosen=None, **masking):
    chosen = torch.arange(len(batch)) if chosen is None else chosen
    model.zero_grad()
    pixels = torch.full_like(batch.index, pixels)
    return masked_step(model, batch, chosen, pixels, weight, make_context(**masking))


def reference_saliency(model, batch, target):
    """∂ log p_y / ∂x or ∂ f_y / ∂x, one image at a time, mean over channels."""
    maps = []
    for image, label in zip(batch.images, batch.labels, strict=True):
        x = image.clone().requires_grad_()
        logits = model(x[None])[0]
        explained = torch.log(torch.softmax(logits, 0))[label] if target == "log_prob" else logits[label]
        explained.backward()
        maps.append(sum(x.grad[channel] for channel in range(len(x))) / len(x))
    return torch.stack(maps)


@pytest.mark.parametrize(
    ("saliency", "target"),
    [
        ("separate", "log_prob"),
        ("separate", "logit"),
        ("shared", "log_prob"),
        ("shared", "logit"),
        ("fused", "log_prob"),
    ],
)
def test_saliency_agrees_with_a_per_image_reference(monkeypatch, saliency, target):
    model, batch = make_model(3, dtype=torch.float64), make_batch(channels=3, dtype=torch.float64)
    seen = spy_saliency(monkeypatch)
    run(model, batch, saliency=saliency, target=target)
    scale = len(batch) if saliency == "fused" else 1  # the mean over the batch divides it
    torch.testing.assert_close(seen[0] * scale, reference_saliency(model, batch, target), rtol=1e-10, atol=1e-14)


def test_all_ways_to_the_saliency_rank_pixels_identically(monkeypatch):
    model, batch = make_model(3, dtype=torch.float64), make_batch(channels=3, dtype=torch.float64)
    seen = spy_saliency(monkeypatch)
    for saliency in ("separate", "shared", "fused"):
        run(model, batch, saliency=saliency)
    ranks = [values.flatten(1).argsort(stable=True) for values in seen]
    assert torch.equal(ranks[0], ranks[1])
    assert torch.equal(ranks[0], ranks[2])


@pytest.mark.parametrize("saliency", ["separate", "shared", "fused"])
def test_with_weight_zero_the_step_is_the_baselines(saliency):
    batch = make_batch()
    plain, masked = make_model(), make_model()
    expected = plain_step(plain, batch, make_context())
    step = run(masked, batch, saliency=saliency, weight=0.0)
    assert step.loss == expected.loss
    for ours, theirs in zip(gradients(masked), gradients(plain), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-7)


def test_fused_gradient_is_that_of_the_written_out_loss(monkeypatch):
    """CE + λ KL(p.detach() ‖ q), by autograd on the loss itself, with the masked images given."""
    batch, model, twin = (
        make_batch(dtype=torch.float64),
        make_model(dtype=torch.float64),
        make_model(dtype=torch.float64),
    )
    filled = []
    original = module.replace
    monkeypatch.setattr(module, "replace", lambda *arguments: filled.append(original(*arguments)) or filled[-1])
    chosen = torch.tensor([1, 4, 6])
    step = run(model, batch, weight=0.7, chosen=chosen)
    logits = twin(batch.images)
    p = torch.softmax(logits[chosen], 1).detach()
    q = torch.softmax(twin(filled[0]), 1)
    loss = -torch.log_softmax(logits, 1)[range(8), batch.labels].mean() + 0.7 * (p * (p / q).log()).sum(1).mean()
    loss.backward()
    torch.testing.assert_close(step.loss, loss.detach())
    for ours, theirs in zip(gradients(model), gradients(twin), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_separate_leaves_the_model_in_training_mode_and_its_statistics_alone():
    model = torch.nn.Sequential(torch.nn.BatchNorm2d(1), make_model()).train()
    run(model, make_batch(), saliency="separate")
    assert model.training
    assert model[0].num_batches_tracked == 2  # the clean and the masked pass


def test_passes_within_undisturbed_leave_statistics_mode_and_random_stream_alone():
    class DrawsInEvalMode(torch.nn.Module):
        def forward(self, x):
            return x + torch.rand_like(x)

    model = torch.nn.Sequential(torch.nn.BatchNorm2d(1), DrawsInEvalMode(), make_model(dropout=0.5)).train()
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    with undisturbed(model):
        model(make_batch().images)
        assert not model[2].training
    assert torch.equal(torch.rand(2), expected)
    assert model[0].num_batches_tracked == 0
    assert model.training
    model.eval()
    with pytest.raises(ZeroDivisionError), undisturbed(model):
        raise ZeroDivisionError
    assert not model.training


def test_draws_are_an_images_own_however_many_processes_there_are():
    context, whole = make_context(), make_batch(seed=5)
    for start in (0, 4):
        index = whole.whole_index[start : start + 4]
        part = Batch(
            whole.images[start : start + 4], whole.labels[start : start + 4], index, whole.whole_index, 5, start
        )
        assert torch.equal(context.draw("noise", part), context.draw("noise", whole)[start : start + 4])
        assert not torch.equal(context.draw("noise", part), context.draw("other", part))


def test_the_range_of_a_pixel_is_what_black_and_white_become():
    low, high = make_context().pixel_range
    assert low.shape == high.shape == (1, 1, 1)
    assert (low.item(), high.item()) == pytest.approx((-2, 3))
