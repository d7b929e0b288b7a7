"""The options of the recipe, each against what it is by definition."""

import copy
import shutil

import pytest
import torch
from builders import gradients, make_batch, make_context, make_machine, make_model
from torch.nn.functional import cross_entropy

from smoot.core.errors import SmootError
from smoot.methods import baseline, sgt
from smoot.training import archive
from smoot.training.loop import Loop
from smoot.training.optimiser import make_optimizer, make_schedule
from smoot.training.recipe import Recipe
from smoot.training.state import State, best_epoch, out_of_patience
from smoot.training.step import plain_step


def begin(epochs=1, steps=4, **recipe):
    recipe = Recipe(epochs=epochs, batch_size=8, **{"lr": 0.1} | recipe)
    state = State(make_model(), baseline.Method(baseline.Params(), make_context()), recipe, epochs, steps)
    return state, Loop(state, recipe, 0, make_machine(), "toy")


def rates(schedule, epochs=4, steps=5, recipe_epochs=4, **training):
    recipe = Recipe(epochs=recipe_epochs, batch_size=8, lr=1.0, schedule=schedule, **training)
    optimizer = make_optimizer(make_model(), recipe)
    timms = make_schedule(optimizer, recipe, epochs, steps)
    found = [optimizer.param_groups[0]["lr"]]
    for number in range(1, epochs * steps):
        timms.step_update(number)
        found.append(optimizer.param_groups[0]["lr"])
    return found


def test_schedules_are_what_their_names_say():
    assert rates("constant") == [1.0] * 20
    assert rates("multistep", milestones=[1, 3]) == pytest.approx([1.0] * 5 + [0.1] * 10 + [0.01] * 5)
    cosine = rates("cosine")
    assert cosine == sorted(cosine, reverse=True)
    warm = rates("constant", warmup_epochs=2)
    assert warm[:10] == sorted(warm[:10])
    assert warm[10:] == [1.0] * 10


def test_a_run_of_more_epochs_than_the_recipes_has_its_schedule_stretched():
    assert rates("multistep", epochs=8, milestones=[1, 3]) == pytest.approx([1.0] * 10 + [0.1] * 20 + [0.01] * 10)
    warm = rates("constant", epochs=8, warmup_epochs=1)
    assert warm[9] < warm[10] == warm[-1] == 1.0
    assert rates("cosine", epochs=8) == rates("cosine", steps=10)


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
    archive.write(tmp_path / "state", state.dump())
    twin, other = begin(optimizer=optimizer, lr=0.01)
    twin.load(archive.read(tmp_path / "state"))
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
    from smoot.training import step as module

    seen, original = [], module.rank_by
    monkeypatch.setattr(module, "rank_by", lambda saliency, *rest: seen.append(saliency) or original(saliency, *rest))
    for smoothing in (0.0, 0.3):
        context = make_context(label_smoothing=smoothing, saliency="shared")
        sgt.Method(sgt.Params(), context).step(make_model(), make_batch())
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
