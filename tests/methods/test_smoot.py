"""SMOOT's budgets, and that without them it is SGT."""

import copy
import math

import pytest
import torch
from builders import gradients, make_batch, make_context, make_method, make_model, train_step

from smoot.methods import baseline, sgt, smoot
from smoot.training.method import StepResult


def result_of(correct, ce):
    ce = torch.as_tensor(ce)
    return StepResult(ce.mean(), ce, torch.as_tensor(correct), torch.full_like(ce, torch.nan))


@pytest.mark.parametrize("saliency", ["separate", "shared", "fused"])
@pytest.mark.parametrize("fill", ["uniform", "image_min", "channel_mean"])
@pytest.mark.parametrize("k", [0.3, 0.5])
def test_with_both_budgets_off_it_equals_sgt_bit_for_bit(saliency, fill, k):
    models, methods = [], []
    for module, params in ((sgt, {}), (smoot, {"images": "all", "pixels": "fixed"})):
        models.append(make_model(dropout=0.3))
        methods.append(make_method(module, make_context(saliency=saliency, fill=fill), k=k, **params))
    for number in range(5):
        for model, method in zip(models, methods, strict=True):
            train_step(method, model, number)
        for ours, theirs in zip(models[0].parameters(), models[1].parameters(), strict=True):
            assert torch.equal(ours, theirs)


@pytest.mark.parametrize("module", [sgt, smoot])
def test_the_first_loss_with_weight_zero_is_the_baselines(module):
    plain, masked = make_model(), make_model()
    expected = make_method(baseline).step(plain, make_batch())
    method = make_method(module, weight=0.0, **({"images": "all"} if module is smoot else {}))
    assert method.step(masked, make_batch()).loss == expected.loss


def test_an_untrained_model_masks_nothing_and_its_first_step_is_the_baselines():
    method = make_method(smoot)
    assert len(method.choose(make_batch())) == 0
    plain, own = make_model(), make_model()
    make_method(baseline).step(plain, make_batch())
    method.step(own, make_batch())
    assert all(torch.equal(a, b) for a, b in zip(gradients(plain), gradients(own), strict=True))


def test_the_number_of_images_follows_accuracy_and_loss_by_the_formula():
    method = make_method(smoot, make_context(images=100), n_max=0.9, decay=0.5)
    batch = make_batch(size=100)
    accuracy, loss = 0.0, 1.0
    steps = [(60, 0.7), (80, 0.6), (95, 0.2), (97, 0.1)]
    for place, (correct, ce) in enumerate(steps):
        method.follow(result_of([True] * correct + [False] * (100 - correct), [ce] * 100))
        rows = method.choose(batch)
        assert len(rows) == round(100 * 0.9 * accuracy * (1 - loss))
        assert (len(rows) > 0) == (place > 0), "the step that has just been is not yet counted"
        assert rows.tolist() == sorted(set(rows.tolist()))
        accuracy = 0.5 * accuracy + 0.5 * correct / 100
        loss = 0.5 * loss + 0.5 * min(1, ce / math.log(4))


def test_one_image_alone_is_not_masked():
    method = make_method(smoot)
    method.accuracy, method.loss = 1 / 8, 0.0
    assert len(method.choose(make_batch())) == 0
    method.accuracy = 2 / 8
    assert len(method.choose(make_batch())) == 2


@pytest.mark.parametrize(("select", "expected"), [("lowest_loss", [2, 5]), ("highest_loss", [0, 7])])
def test_images_can_be_selected_by_their_last_loss(select, expected):
    method = make_method(smoot, select=select)
    method.accuracy, method.loss = 2 / 8, 0.0
    method.last_ce = torch.tensor([9.0, 5, 1, 6, 7, 2, 4, 8])
    assert method.choose(make_batch()).tolist() == expected


def test_an_images_pixels_grow_where_it_can_spare_them_and_shrink_where_not():
    method = make_method(smoot, k_start=0.10, k_min=0.05, k_max=0.20, k_step=0.05, tau=0.1)
    index = torch.tensor([1, 3, 6, 5])
    method.adapt_pixels(index, torch.tensor([-1.0, 0.5, 0.0999, torch.nan]))
    torch.testing.assert_close(method.k[:7].float(), torch.tensor([0.1, 0.15, 0.1, 0.05, 0.1, 0.1, 0.15]))
    for _ in range(5):
        method.adapt_pixels(index, torch.tensor([-1.0, 0.5, 0.1, torch.nan]))
    torch.testing.assert_close(method.k[index].float(), torch.tensor([0.2, 0.05, 0.05, 0.1]))
    method.seen = 1
    assert method.record()["masked_pixels_median"] == pytest.approx(0.1)


def test_a_shared_fraction_moves_for_all_images_by_the_masked_ones_mean_rise():
    method = make_method(smoot, pixels="shared", k_start=0.10, k_min=0.05, k_max=0.20, k_step=0.05, tau=0.1)
    index = torch.tensor([1, 3, 6])
    for rise, expected in (
        ([-1.0, 0.5, torch.nan], 0.15),
        ([0.2, 0.05, 0.04], 0.2),
        ([0.0, 0.0, 0.0], 0.2),
        ([torch.nan] * 3, 0.2),
        ([0.3, 0.0, 0.0], 0.15),
    ):
        method.adapt_pixels(index, torch.tensor(rise))
        torch.testing.assert_close(method.k, torch.full_like(method.k, expected))


@pytest.mark.parametrize("pixels", ["adaptive", "shared"])
def test_restored_state_continues_bit_for_bit_while_images_are_masked(pixels):
    def steps(method, model, numbers):
        for number in numbers:
            train_step(method, model, number, lr=0.05)

    method, model = make_method(smoot, decay=0.5, pixels=pixels), make_model(dropout=0.2)
    method.accuracy, method.loss = 0.9, 0.1
    steps(method, model, range(3))
    other, twin = make_method(smoot, decay=0.5, pixels=pixels), copy.deepcopy(model)
    other.restore(copy.deepcopy(method.state()))
    before = method.masked
    for each, its_model in ((method, model), (other, twin)):
        each.accuracy, each.loss = 0.9, 0.1
        steps(each, its_model, range(3, 6))
    assert method.masked > before > 0
    assert torch.equal(method.k, other.k)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), twin.parameters(), strict=True))
    assert method.record() == other.record()
