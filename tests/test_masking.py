"""The masked step against slow, obvious references."""

import contextlib

import pytest
import torch
from builders import gradients, make_batch, make_model
from pydantic import ValidationError

from smoot.masking import Masking, MaskingOverride, lowest, masked_step, plain_step, rank_by, replace


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def spy_saliency(monkeypatch):
    """Catches the saliency, (n, H, W), that a masked step ranks."""
    import smoot.masking as module

    seen = []
    original = module.rank_by
    monkeypatch.setattr(module, "rank_by", lambda saliency, *rest: seen.append(saliency) or original(saliency, *rest))
    return seen


def run(model, batch, masking, pixels=10, weight=1.0, rows=None):
    rows = torch.arange(len(batch)) if rows is None else rows
    model.zero_grad()
    return masked_step(
        model, batch, rows, torch.full_like(rows, pixels), weight, masking, generator(), contextlib.nullcontext
    )


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
    [("separate", "log_prob"), ("separate", "logit"), ("shared", "log_prob"), ("shared", "logit"), ("fused", "log_prob")],
)
def test_saliency_agrees_with_a_per_image_reference(monkeypatch, saliency, target):
    model, batch = make_model(3, dtype=torch.float64), make_batch(channels=3, dtype=torch.float64)
    seen = spy_saliency(monkeypatch)
    run(model, batch, Masking(saliency=saliency, target=target))
    scale = len(batch) if saliency == "fused" else 1  # the mean over the batch divides it
    torch.testing.assert_close(seen[0] * scale, reference_saliency(model, batch, target), rtol=1e-10, atol=1e-14)


def test_all_ways_to_the_saliency_rank_pixels_identically(monkeypatch):
    model, batch = make_model(3, dtype=torch.float64), make_batch(channels=3, dtype=torch.float64)
    seen = spy_saliency(monkeypatch)
    for saliency in ("separate", "shared", "fused"):
        run(model, batch, Masking(saliency=saliency))
    ranks = [values.flatten(1).argsort(stable=True) for values in seen]
    assert torch.equal(ranks[0], ranks[1])
    assert torch.equal(ranks[0], ranks[2])


def test_lowest_marks_exactly_what_sorting_by_hand_marks():
    values = torch.randn(5, 4, 6, generator=generator())
    pixels = torch.tensor([0, 1, 7, 23, 24])
    hidden = lowest(values, pixels)
    for image, count, mask in zip(values, pixels, hidden, strict=True):
        order = sorted(range(24), key=lambda place: image.flatten()[place].item())
        expected = [place in order[:count] for place in range(24)]
        assert mask.flatten().tolist() == expected


def test_of_equal_pixels_the_first_in_row_order_is_lower():
    assert lowest(torch.zeros(1, 2, 3), torch.tensor([4])).flatten().tolist() == [True] * 4 + [False] * 2


@pytest.mark.parametrize("fill", ["uniform", "image_min", "channel_mean"])
def test_replace_changes_hidden_pixels_only_and_stays_within_the_image(fill):
    images = torch.randn(4, 3, 5, 5, generator=generator())
    hidden = torch.rand(4, 5, 5, generator=generator(1)) < 0.5
    filled = replace(images, hidden, fill, generator(2))
    for image, mask, result in zip(images, hidden, filled, strict=True):
        for before, after in zip(image, result, strict=True):
            assert torch.equal(after[~mask], before[~mask])
            assert (after[mask] != before[mask]).sum() >= mask.sum() - 1  # the minimum is its own replacement
            assert after.min() >= before.min()
            assert after.max() <= before.max()
            if fill == "image_min":
                assert (after[mask] == before.min()).all()
            if fill == "channel_mean":
                torch.testing.assert_close(after[mask], before.mean().expand(int(mask.sum())))


def test_random_ranking_ignores_the_saliency():
    one, other = torch.zeros(2, 4, 4), torch.randn(2, 4, 4)
    assert torch.equal(rank_by(one, "random", generator()), rank_by(other, "random", generator()))
    assert torch.equal(rank_by(-other, "absolute", generator()), other.abs())


@pytest.mark.parametrize("saliency", ["separate", "shared", "fused"])
def test_with_weight_zero_the_step_is_the_baselines(saliency):
    batch = make_batch()
    plain, masked = make_model(), make_model()
    expected = plain_step(plain, batch, contextlib.nullcontext)
    step = run(masked, batch, Masking(saliency=saliency), weight=0.0)
    assert step.loss == expected.loss
    for ours, theirs in zip(gradients(masked), gradients(plain), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-7)


def test_fused_gradient_is_that_of_the_written_out_loss(monkeypatch):
    """CE + λ KL(p.detach() ‖ q), by autograd on the loss itself, with the masked images given."""
    import smoot.masking as module

    batch, model, twin = make_batch(dtype=torch.float64), make_model(dtype=torch.float64), make_model(dtype=torch.float64)
    filled = []
    original = module.replace
    monkeypatch.setattr(module, "replace", lambda *arguments: filled.append(original(*arguments)) or filled[-1])
    rows = torch.tensor([1, 4, 6])
    step = run(model, batch, Masking(), weight=0.7, rows=rows)
    logits = twin(batch.images)
    p = torch.softmax(logits[rows], 1).detach()
    q = torch.softmax(twin(filled[0]), 1)
    loss = -torch.log_softmax(logits, 1)[range(8), batch.labels].mean() + 0.7 * (p * (p / q).log()).sum(1).mean()
    loss.backward()
    torch.testing.assert_close(step.loss, loss.detach())
    for ours, theirs in zip(gradients(model), gradients(twin), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_separate_leaves_the_model_in_training_mode_and_its_statistics_alone():
    model = torch.nn.Sequential(torch.nn.BatchNorm2d(1), make_model()).train()
    run(model, make_batch(), Masking(saliency="separate"))
    assert model.training
    assert model[0].num_batches_tracked == 2  # the clean and the masked pass


def test_fused_refuses_the_logit_and_an_override_is_checked_with_what_it_overrides():
    with pytest.raises(ValidationError, match="separate, shared"):
        Masking(target="logit", saliency="fused")
    shared = Masking(saliency="shared")
    assert shared.override(MaskingOverride(target="logit")).target == "logit"
    with pytest.raises(ValidationError, match="separate, shared"):
        Masking().override(MaskingOverride(target="logit"))
