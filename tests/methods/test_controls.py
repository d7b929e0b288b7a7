"""Each control is what it is a control by, and nothing more."""

from itertools import pairwise

import killed_training
import pytest
import torch
from builders import gradients, make_batch, make_context, make_machine, make_method, make_model, train_step
from pydantic import ValidationError

from smoot.artifacts.dataset import open_split, read_info
from smoot.artifacts.paths import DataFolder, GridCell
from smoot.artifacts.run import Control, read_history, read_run
from smoot.core.errors import ParamsError, SmootError
from smoot.methods import _masked, baseline, scheduled_mask, sgt
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry
from smoot.scoring.trained_model import load
from smoot.training import loop, stage
from smoot.training.data import Images
from smoot.training.evaluation import evaluate
from smoot.training.state import State


def spy_hidden(monkeypatch):
    """Catches which pixels, (n, H, W), a masked step hides."""
    seen = []
    original = _masked.replace
    monkeypatch.setattr(
        _masked, "replace", lambda images, hidden, *rest: seen.append(hidden) or original(images, hidden, *rest)
    )
    return seen


RANDOM = {"masking": {"ranking": "random"}}


@pytest.mark.parametrize("saliency", ["separate", "shared", "fused"])
def test_the_random_mask_depends_on_no_model(monkeypatch, saliency):
    def hidden(**params):
        seen = spy_hidden(monkeypatch)
        for scale in (1, -3):
            model = make_model()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.mul_(scale)
            make_method(sgt, make_context(saliency=saliency), k=0.3, **params).step(model, make_batch())
        return seen

    one, other = hidden(**RANDOM)
    assert torch.equal(one, other)
    assert (one.sum((1, 2)) == round(0.3 * 64)).all()
    assert not torch.equal(one[0], one[1]), "each image has its own"
    one, other = hidden()
    assert not torch.equal(one, other)


def test_random_masks_are_others_in_every_step_and_seed(monkeypatch):
    seen = spy_hidden(monkeypatch)
    for seed, number in ((0, 0), (0, 1), (1, 0)):
        train_step(make_method(sgt, make_context(seed=seed), **RANDOM), make_model(), number)
    assert not torch.equal(seen[0], seen[1])
    assert not torch.equal(seen[0], seen[2])


@pytest.mark.parametrize("saliency", ["separate", "shared", "fused"])
def test_without_masks_the_penalty_is_what_dropout_alone_makes(saliency):
    def loss(module, dropout, **params):
        torch.manual_seed(5)
        model = make_model(dropout=dropout)
        torch.manual_seed(6)
        result = make_method(module, make_context(saliency=saliency), **params).step(model, make_batch())
        return result.loss, gradients(model)

    (plain, plain_gradients), (penalised, own_gradients) = loss(baseline, 0.0), loss(sgt, 0.0, k=0.0)
    assert plain == penalised
    for ours, theirs in zip(own_gradients, plain_gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    assert loss(sgt, 0.5, k=0.0)[0] > loss(baseline, 0.5)[0] + 0.01


@pytest.mark.parametrize("option", [{"saliency": "separate"}, {"ranking": "random"}, {"fill": "image_min"}])
def test_an_entrys_own_option_is_as_the_shared_blocks_bit_for_bit(option):
    models = [make_model(dropout=0.3) for _ in range(3)]
    methods = [
        make_method(sgt, make_context(**option), k=0.4, weight=0.7),
        make_method(sgt, k=0.4, weight=0.7, masking=option),
        make_method(sgt, k=0.4, weight=0.7),
    ]
    for number in range(4):
        for model, method in zip(models, methods, strict=True):
            train_step(method, model, number)
    shared, own, other = (list(model.parameters()) for model in models)
    assert all(torch.equal(a, b) for a, b in zip(shared, own, strict=True))
    assert not torch.equal(own[0], other[0]), "the option changes something"


@pytest.mark.parametrize("steps", [1, 7, 100, 999])
@pytest.mark.parametrize("size", [2, 7, 8, 32])
@pytest.mark.parametrize("phi", [0.01, 0.05, 0.3, 0.5, 0.64, 0.97, 1.0])
@pytest.mark.parametrize("ramp", ["rising", "falling"])
def test_the_schedule_spends_phi_in_its_direction(ramp, phi, size, steps):
    method = make_method(scheduled_mask, make_context(steps=steps), phi=phi, ramp=ramp)
    counts = [method.count(number, size) for number in range(steps)]
    assert all(0 <= count <= size and count != 1 for count in counts)
    # Over all steps together: pairs become due one image late, and an odd batch has no half pair.
    assert sum(counts) == pytest.approx(phi * size * steps, abs=3)
    parts = [sum(counts[start : start + 11]) for start in range(0, steps - 10, 11)]
    in_order = parts if ramp == "rising" else parts[::-1]
    assert all(later >= sooner - 3 for sooner, later in pairwise(in_order))


def test_the_schedule_starts_at_none_and_rises_to_twice_phi_or_all():
    for phi, top in ((0.25, 16), (0.75, 32)):
        method = make_method(scheduled_mask, make_context(steps=1000), phi=phi)
        assert method.count(0, 32) == 0
        assert abs(method.count(999, 32) - top) <= 1
    assert method.count(250, 32) in (15, 16, 17), "of .75: the ramp reaches all of them at half the run"
    assert {method.count(number, 32) for number in range(500, 1000)} == {32}


def test_a_falling_schedule_is_the_rising_one_backwards():
    rising, falling = (
        make_method(scheduled_mask, make_context(steps=1000), phi=0.75, ramp=ramp) for ramp in ("rising", "falling")
    )
    for number in range(1000):
        assert abs(rising.count(number, 32) - falling.count(999 - number, 32)) <= 2
    assert {falling.count(number, 32) for number in range(500)} == {32}


def test_the_schedule_masks_other_images_in_every_step_at_the_fraction_k_of_their_pixels(monkeypatch):
    seen = spy_hidden(monkeypatch)
    method = make_method(scheduled_mask, make_context(steps=40), phi=0.5, k=0.25)
    chosen = [tuple(method.choose(make_batch(seed=number)).tolist()) for number in range(20, 24)]
    assert len({*chosen}) > 1
    assert all(rows == tuple(sorted(set(rows))) for rows in chosen)
    method.step(make_model(), make_batch(seed=20))
    assert (seen[0].sum((1, 2)) == 16).all()
    assert len(seen[0]) == len(chosen[0])


def test_a_schedule_is_restored_in_the_middle_of_an_epoch():
    def counted(numbers, method):
        for number in numbers:
            train_step(method, make_model(), number)
        return method

    whole = counted(range(30), make_method(scheduled_mask, make_context(steps=30)))
    half = counted(range(17), make_method(scheduled_mask, make_context(steps=30)))
    rest = make_method(scheduled_mask, make_context(steps=30))
    rest.restore(half.state())
    assert counted(range(17, 30), rest).state() == whole.state()
    record = whole.record()
    assert record["masked_images"] == pytest.approx(0.5, abs=1 / 80)
    assert record["masked_pixels"] == 0.5
    assert whole.state() == {"counts": [0, 0]}


def run_cell(folder, monkeypatch, key, entry, **training):
    """The record of a cell that is trained by its stage."""
    monkeypatch.chdir(folder)
    killed_training.make_data(folder)
    cell = GridCell("toy", "cnn", key, 0)
    stage.train_cell(cell, killed_training.view(key, **training) | {f"methods.{key}": entry}, code="")
    run = read_run(cell)
    return run, read_history(cell, run)


def test_a_run_of_more_epochs_has_its_whole_recipe_stretched(tmp_path, monkeypatch):
    contexts = []
    monkeypatch.setattr(stage, "State", lambda model, method: contexts.append(method.context) or State(model, method))
    entry = {"method": "baseline", "training": {"epochs": 4}, "control_of": ["smoot"], "equal": ["train_seconds"]}
    record, history = run_cell(tmp_path, monkeypatch, "baseline_equal_compute", entry, epochs=2, warmup_epochs=1)
    assert (record.epochs, len(history)) == (4, 4)
    assert contexts[0].steps == 4 * killed_training.STEPS
    assert record.component == "baseline"
    assert record.control == Control(of=("smoot",), by_component=False, equal=("train_seconds",))
    assert record.recipe == {"epochs": 4, "warmup_epochs": 2, "patience": 2 * killed_training.EPOCHS}
    assert record.masking == {}
    assert record.trained


def test_a_run_of_more_epochs_waits_longer_for_a_better_one(tmp_path, monkeypatch):
    losses = iter(range(1, 9))
    monkeypatch.setattr(loop, "evaluate", lambda *_: dict.fromkeys(loop.MEASURES, float(next(losses))))
    entry = {"method": "baseline", "training": {"epochs": 6}}
    record, _ = run_cell(tmp_path, monkeypatch, "longer", entry, epochs=2, patience=1)
    assert record.epochs == 1 + 3
    assert record.kept_epoch == 1


def test_an_entrys_rate_and_batch_size_are_its_own(tmp_path, monkeypatch):
    entry = {"method": "baseline", "training": {"lr": 0.1, "batch_size": 16, "schedule": "constant"}}
    record, history = run_cell(tmp_path, monkeypatch, "mine", entry, epochs=1, patience=None)
    assert record.recipe == {"lr": 0.1, "batch_size": 16, "schedule": "constant"}
    assert history["lr"].tolist() == [0.1]
    record, history = run_cell(tmp_path, monkeypatch, "baseline", {}, epochs=1, patience=None, schedule="constant")
    assert record.recipe == {}
    assert history["lr"].tolist() == [0.003]


def test_a_batch_that_is_larger_than_the_data_is_refused_by_the_key_that_has_it(tmp_path, monkeypatch):
    with pytest.raises(SmootError, match=r"params.yaml: methods\.mine\.training\.batch_size: 500: for toy"):
        run_cell(tmp_path, monkeypatch, "mine", {"method": "baseline", "training": {"batch_size": 500}})
    with pytest.raises(SmootError, match=r"params.yaml: training\.batch_size: 500: for toy"):
        run_cell(tmp_path, monkeypatch, "baseline", {}, batch_size=500)


def test_a_method_that_needs_masks_is_refused_data_without(tmp_path, monkeypatch):
    monkeypatch.setattr(baseline.Method, "needs_masks", True)
    with pytest.raises(SmootError, match=r"methods\.baseline: .* the data set toy has no masks"):
        run_cell(tmp_path, monkeypatch, "baseline", {})


def test_a_network_that_the_method_has_changed_is_the_one_that_is_scored(tmp_path, monkeypatch):
    entry = {"method": "smoothed_adversarial", "epsilon": 0.02}
    record, _ = run_cell(tmp_path, monkeypatch, "mine", entry, epochs=2, patience=None)
    info, machine = read_info(DataFolder("toy")), make_machine()
    model, digest = load(GridCell("toy", "cnn", "mine", 0), ModelEntry(timm="sgt_cnn"), info, machine)
    test = Images(open_split(DataFolder("toy"), info, "test"), info, machine)
    assert evaluate(model, test, machine) == {name: record.metrics[f"test_{name}"] for name in loop.MEASURES}
    assert digest == record.weights_sha256
    plain = create(ModelEntry(timm="sgt_cnn"), *info.shape[:1], len(info.classes), info.shape[1:])
    assert record.parameters == sum(weight.numel() for weight in plain.parameters()) + 64 * 64 + 64


def test_a_network_that_the_method_cannot_change_is_refused_by_its_entry(tmp_path, monkeypatch):
    with pytest.raises(ParamsError, match=r"^params\.yaml: methods\.mine: after: fc1: it does not give maps .*cnn\)$"):
        run_cell(tmp_path, monkeypatch, "mine", {"method": "smoothed_adversarial", "after": "fc1"})


def test_a_record_says_what_the_method_is(tmp_path, monkeypatch):
    entry = {"method": "smoot", "masking": {"fill": "image_min", "saliency": "fused"}}
    record, history = run_cell(tmp_path, monkeypatch, "mine", entry, epochs=1, patience=None)
    assert (record.component, record.beside, record.control) == ("smoot", ("sgt",), None)
    assert "reconstruction" in record.note
    assert record.masking == {"fill": "image_min"}, "of those in its entry, the one that differs"
    assert record.metrics.keys() == {f"{split}_{measure}" for split in ("val", "test") for measure in loop.MEASURES}
    assert "masked_images" in history
    untrained, history = run_cell(tmp_path, monkeypatch, "untrained", {})
    assert (untrained.trained, untrained.epochs, untrained.kept_epoch, len(history)) == (False, 0, 0, 0)


@pytest.mark.parametrize(
    ("module", "params", "message"),
    [
        (scheduled_mask, {"phi": 0.0}, "greater than 0"),
        (scheduled_mask, {"phi": 1.01}, "less than or equal to 1"),
        (scheduled_mask, {"ramp": "steep"}, "'rising' or 'falling'"),
        (sgt, {"k": 1.1}, "less than or equal to 1"),
        (sgt, {"masking": {"ranking": "loudest"}}, "'signed', 'absolute' or 'random'"),
    ],
)
def test_nonsense_is_refused(module, params, message):
    with pytest.raises(ValidationError, match=message):
        module.Params(**params)
