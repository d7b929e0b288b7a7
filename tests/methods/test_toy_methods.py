"""Methods with losses of their own: what they minimise, and that they are resumed to the same bits.

tests/training/test_distributed.py trains them by two processes.
"""

import json
import signal

import distributed_training
import killed_training
import pytest
import torch
from builders import gradients, make_batch, make_context, make_machine, make_method, make_model
from methods.toy_methods import TOYS
from torch import nn
from torch.nn.functional import cross_entropy

NAMES = {"toy_gradient_penalty": "gradient_penalty", "toy_adversarial": "adversarial", "toy_on_masks": "on_masks"}


def smooth_model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.Tanh(), nn.Linear(5, 4)).double()


def test_the_penalised_gradient_is_that_of_the_loss_by_finite_differences():
    batch, method = make_batch(dtype=torch.float64), make_method(TOYS["toy_gradient_penalty"])
    model = smooth_model()
    method.step(model, batch)
    weight = model[1].weight
    analytic = weight.grad[2, 7].item()
    losses = []
    for shift in (1e-5, -1e-5):
        moved = smooth_model()
        with torch.no_grad():
            moved[1].weight[2, 7] += shift
        losses.append(method.step(moved, batch).loss.item())
    assert analytic == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-5)


def test_adversarial_passes_draw_no_dropout_and_move_no_statistics():
    def trained(name):
        torch.manual_seed(1)
        model = nn.Sequential(nn.BatchNorm2d(1), make_model(dropout=0.5)).train()
        torch.manual_seed(2)
        method = make_method(TOYS[name]) if name else None
        if method:
            method.step(model, make_batch())
        else:
            for _ in range(2):  # the two passes that train
                cross_entropy(model(make_batch().images), make_batch().labels).backward()
        return model, torch.rand(3)

    (model, stream), (plain, expected) = trained("toy_adversarial"), trained(None)
    assert torch.equal(stream, expected)
    assert model[0].num_batches_tracked == plain[0].num_batches_tracked == 2


def test_adversarial_images_are_harder():
    context = make_context()
    result = make_method(TOYS["toy_adversarial"], context).step(make_model(), make_batch())
    assert result.loss > result.ce.mean()


def test_a_loss_on_masks_depends_on_them():
    batch, method = make_batch(), make_method(TOYS["toy_on_masks"])
    results = []
    for value in (0, 1):
        model = make_model()
        masks = torch.full_like(batch.images, value, dtype=torch.uint8)
        results.append((method.step(model, type(batch)(**vars(batch) | {"masks": masks})), gradients(model)))
    plain = make_model()
    cross_entropy(plain(batch.images), batch.labels).backward()
    (outside, _), (inside, own) = results
    assert outside.loss > inside.loss
    for ours, theirs in zip(own, gradients(plain), strict=True):
        torch.testing.assert_close(ours, theirs)


def train(folder, name, death):
    killed_training.die_at(death)
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6), nn.Tanh(), nn.Dropout(0.2), nn.Flatten(), nn.Linear(6 * 36, 4)
    )
    result = distributed_training.train(name, make_machine(), folder / "checkpoints", model)
    weights = {key: tensor.tolist() for key, tensor in model.state_dict().items()}
    (folder / "result.json").write_text(json.dumps([result["history"], weights]))


@pytest.mark.parametrize("name", NAMES.values())
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
