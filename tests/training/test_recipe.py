"""The options of the recipe, each against what it is by definition."""

import copy
import shutil

import pytest
import torch
from builders import gradients, make_batch, make_context, make_method, make_model
from pydantic import ValidationError
from torch.nn.functional import cross_entropy

from smoot.core.errors import SmootError
from smoot.methods import baseline, sgt
from smoot.training import archive
from smoot.training.loop import Loop
from smoot.training.method import own_recipe, plain_step
from smoot.training.optimiser import make_optimizer, make_schedule
from smoot.training.recipe import Recipe
from smoot.training.state import State, best_epoch, out_of_patience


def make_recipe(**options):
    return Recipe(**{"epochs": 4, "batch_size": 8, "lr": 1.0} | options)


def begin(**options):
    context = make_context(images=32, recipe=make_recipe(**{"epochs": 1, "lr": 0.1} | options))
    state = State(make_model(), make_method(baseline, context))
    return state, Loop(state, "toy")


def rates(recipe, steps=5):
    optimizer = make_optimizer(make_model(), recipe)
    timms = make_schedule(optimizer, recipe, steps)
    values = [optimizer.param_groups[0]["lr"]]
    for number in range(1, recipe.epochs * steps):
        timms.step_update(number)
        values.append(optimizer.param_groups[0]["lr"])
    return values


def test_schedules_are_what_their_names_say():
    assert rates(make_recipe(schedule="constant")) == [1.0] * 20
    drops = rates(make_recipe(schedule="multistep", milestones=[1, 3]))
    assert drops == pytest.approx([1.0] * 5 + [0.1] * 10 + [0.01] * 5)
    cosine = rates(make_recipe(schedule="cosine"))
    assert cosine == sorted(cosine, reverse=True)
    warm = rates(make_recipe(schedule="constant", warmup_epochs=2))
    assert warm[:10] == sorted(warm[:10])
    assert warm[10:] == [1.0] * 10


def test_an_override_of_epochs_stretches_what_counts_in_epochs():
    shared = make_recipe(schedule="multistep", milestones=[1, 3], warmup_epochs=1, patience=2)
    longer = shared.override({"epochs": 8})
    assert (longer.epochs, longer.milestones, longer.warmup_epochs, longer.patience) == (8, [2, 6], 2, 4)
    assert rates(shared.override({"epochs": 8, "warmup_epochs": 0})) == pytest.approx(
        [1.0] * 10 + [0.1] * 20 + [0.01] * 10
    )
    shorter = shared.override({"epochs": 3})
    assert (shorter.milestones, shorter.warmup_epochs, shorter.patience) == ([1, 2], 1, 2)
    own = shared.override({"epochs": 8, "milestones": [5], "patience": 3})
    assert (own.milestones, own.warmup_epochs, own.patience) == ([5], 2, 3)
    cosine = make_recipe(schedule="cosine")
    assert rates(cosine.override({"epochs": 8})) == rates(cosine, steps=10)
    assert cosine.override({"epochs": 8}).patience is None
    assert cosine.override({"epochs": 8}).warmup_epochs == 0


def test_milestones_that_come_to_lie_on_each_other_still_lower_the_rate_each():
    shared = make_recipe(epochs=20, schedule="multistep", milestones=[10, 11, 19])
    assert shared.override({"epochs": 4}).milestones == [1, 2, 3]
    with pytest.raises(ValidationError, match="milestones"):
        shared.override({"epochs": 3})


def test_an_override_is_merged_and_checked_as_a_whole():
    shared = make_recipe(augment={"crop": 2})
    assert shared.override({}) == shared
    own = shared.override({"lr": 0.5, "batch_size": 16, "augment": {"flip": True}})
    assert (own.lr, own.batch_size, own.epochs) == (0.5, 16, 4)
    assert (own.augment.flip, own.augment.crop) == (True, 2)
    for options, message in (
        ({"lr": -1.0}, "lr\n.*greater than 0"),
        ({"learning_rate": 1.0}, "learning_rate\n.*not permitted"),
        ({"epochs": "many"}, "epochs\n.*valid integer"),
        ({"warmup_epochs": 4}, "warmup_epochs: 4: should be less than epochs, 4"),
    ):
        with pytest.raises(ValidationError, match=message):
            shared.override(options)


@pytest.mark.parametrize("name", ["processes", "data"])
def test_what_says_how_a_machine_is_used_cannot_differ_by_method(name):
    with pytest.raises(ValueError, match=f"{name}: cannot differ by method"):
        make_recipe().override({name: 1})
    with pytest.raises(ValueError, match=f"{name}: cannot differ by method"):
        own_recipe(baseline.Params(training={name: 1}), make_recipe())


@pytest.mark.parametrize("optimizer", ["sgd", "adamw", "adadelta", "rmsprop", "lamb", "AdamW"])
def test_timms_optimisers_are_known_by_name(optimizer):
    state, loop = begin(optimizer=optimizer)
    before = [parameter.clone() for parameter in state.model.parameters()]
    loop.step(make_batch())
    assert not any(torch.equal(a, b) for a, b in zip(before, state.model.parameters(), strict=True))


@pytest.mark.parametrize("optimizer", ["adamw", "momentum", "adadelta", "adafactorbv", "kron", "lion"])
def test_an_optimisers_state_is_written_and_read_back_bit_for_bit(optimizer, tmp_path):
    state, loop = begin(optimizer=optimizer, lr=0.01)
    for number in range(2):
        loop.step(make_batch(seed=number))
    archive.write_archive(tmp_path / "state", state.dump())
    twin, other = begin(optimizer=optimizer, lr=0.01)
    twin.load(archive.read_archive(tmp_path / "state"))
    for number in range(2, 4):
        loop.step(make_batch(seed=number))
        other.step(make_batch(seed=number))
    assert all(torch.equal(a, b) for a, b in zip(state.model.parameters(), twin.model.parameters(), strict=True))


def test_an_unknown_optimiser_is_named():
    with pytest.raises(SmootError, match=r"training\.optimizer: sgdd"):
        begin(optimizer="sgdd")


def test_label_smoothing_changes_the_loss_and_not_what_steers():
    model, batch = make_model(), make_batch()
    step = plain_step(model, batch, make_context(label_smoothing=0.2))
    logits = model(batch.images)
    torch.testing.assert_close(step.loss, cross_entropy(logits, batch.labels, label_smoothing=0.2))
    torch.testing.assert_close(step.ce, cross_entropy(logits, batch.labels, reduction="none"))


def test_label_smoothing_leaves_the_saliency_alone(monkeypatch):
    from smoot.methods import _masked as module

    seen, original = [], module.rank_by
    monkeypatch.setattr(module, "rank_by", lambda saliency, *rest: seen.append(saliency) or original(saliency, *rest))
    for smoothing in (0.0, 0.3):
        context = make_context(label_smoothing=smoothing, saliency="shared")
        make_method(sgt, context).step(make_model(), make_batch())
    assert torch.equal(*seen)


def test_gradients_are_clipped_to_the_norm():
    state, loop = begin(clip_norm=0.01)
    loop.step(make_batch())
    assert torch.cat([g.flatten() for g in gradients(state.model)]).norm() == pytest.approx(0.01, rel=1e-3)


def test_the_average_follows_the_weights_and_is_what_is_kept():
    state, loop = begin(ema=0.5, lr=0.01)
    start = copy.deepcopy(state.model)
    assert state.result is not state.model
    seen = []
    for number in range(4):
        loop.step(make_batch(seed=number))
        seen.append(copy.deepcopy(list(state.model.parameters())))
    expected = None
    for number, weights in enumerate(seen, 1):
        decay = state.average.get_decay(number)
        if expected is None:
            expected = [parameter.clone() for parameter in start.parameters()]
        expected = [decay * old + (1 - decay) * new for old, new in zip(expected, weights, strict=True)]
    assert 0 < decay <= 0.5
    for ours, theirs in zip(state.result.parameters(), expected, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_patience_counts_from_the_best_epoch():
    def history(*losses):
        return [{"val_loss": loss} for loss in losses]

    assert best_epoch(history(0.5, 0.2, 0.2, 0.3)) == 1
    assert not out_of_patience([], 1)
    assert not out_of_patience(history(0.5, 0.2, 0.3), 2)
    assert out_of_patience(history(0.5, 0.2, 0.3, 0.2), 2)
    assert not out_of_patience(history(0.5, 0.9, 0.9, 0.9), None)


@pytest.mark.skipif(not shutil.which("g++"), reason="no C++ compiler")
def test_a_compiled_model_takes_the_same_step():
    plain, loop = begin(lr=0.01)
    loop.step(make_batch())
    compiled, loop = begin(lr=0.01, compile=True)
    loop.step(make_batch())
    assert compiled.dump()["model"].keys() == plain.dump()["model"].keys()
    for ours, theirs in zip(compiled.model.parameters(), plain.model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
