"""Each control is what it is a control by, and nothing more."""

from itertools import pairwise

import killed_training
import pytest
import torch
from builders import gradients, make_batch, make_context, make_model, train_step
from pydantic import ValidationError

from smoot.artifacts.paths import Cell
from smoot.core.errors import ParamsError
from smoot.methods import baseline, baseline_equal_compute, no_mask, random_mask, scheduled_mask, sgt, sgt_separate
from smoot.training import step as step_module
from smoot.validation import validate


def spy_hidden(monkeypatch):
    """Catches which pixels, (n, H, W), a masked step hides."""
    seen = []
    original = step_module.replace
    monkeypatch.setattr(
        step_module, "replace", lambda images, hidden, *rest: seen.append(hidden) or original(images, hidden, *rest)
    )
    return seen


@pytest.mark.parametrize("saliency", ["separate", "shared", "fused"])
def test_the_random_mask_depends_on_no_model(monkeypatch, saliency):
    def hidden(module):
        seen = spy_hidden(monkeypatch)
        for scale in (1, -3):
            model = make_model()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.mul_(scale)
            module.Method(module.Params(k=0.3), make_context(saliency=saliency)).step(model, make_batch())
        return seen

    one, other = hidden(random_mask)
    assert torch.equal(one, other)
    assert (one.sum((1, 2)) == round(0.3 * 64)).all()
    assert not torch.equal(one[0], one[1]), "each image has its own"
    one, other = hidden(sgt)
    assert not torch.equal(one, other)


def test_random_masks_are_others_in_every_step_and_seed(monkeypatch):
    seen = spy_hidden(monkeypatch)
    for seed, number in ((0, 0), (0, 1), (1, 0)):
        method = random_mask.Method(random_mask.Params(), make_context(seed=seed))
        train_step(method, make_model(), number)
    assert not torch.equal(seen[0], seen[1])
    assert not torch.equal(seen[0], seen[2])


@pytest.mark.parametrize("saliency", ["separate", "shared", "fused"])
def test_without_masks_the_penalty_is_what_dropout_alone_makes(saliency):
    def loss(module, dropout):
        torch.manual_seed(5)
        model = make_model(dropout=dropout)
        torch.manual_seed(6)
        step = module.Method(module.Params(), make_context(saliency=saliency)).step(model, make_batch())
        return step.loss, gradients(model)

    (plain, plain_gradients), (penalised, own_gradients) = loss(baseline, 0.0), loss(no_mask, 0.0)
    assert plain == penalised
    for ours, theirs in zip(own_gradients, plain_gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    assert loss(no_mask, 0.5)[0] > loss(baseline, 0.5)[0] + 0.01


@pytest.mark.parametrize(
    ("module", "own"), [(sgt_separate, {"saliency": "separate"}), (random_mask, {"ranking": "random"})]
)
def test_a_variant_equals_sgt_with_its_option_bit_for_bit(module, own):
    models, methods = [], []
    for component, params in ((sgt, {"masking": own}), (module, {})):
        models.append(make_model(dropout=0.3))
        fill = {"masking": {"fill": "image_min"} | params.get("masking", {})}
        methods.append(component.Method(component.Params(k=0.4, weight=0.7, **fill), make_context()))
    assert methods[0].masking == methods[1].masking
    for number in range(4):
        for model, method in zip(models, methods, strict=True):
            train_step(method, model, number)
        for ours, theirs in zip(models[0].parameters(), models[1].parameters(), strict=True):
            assert torch.equal(ours, theirs)
    other = make_model(dropout=0.3)
    train_step(sgt.Method(sgt.Params(k=0.4, weight=0.7, masking={"fill": "image_min"}), make_context()), other, 0)
    fresh = make_model(dropout=0.3)
    train_step(methods[1], fresh, 0)
    assert not torch.equal(next(other.parameters()), next(fresh.parameters())), "the option changes something"


@pytest.mark.parametrize("steps", [1, 7, 100, 999])
@pytest.mark.parametrize("size", [2, 7, 8, 32])
@pytest.mark.parametrize("phi", [0.01, 0.05, 0.3, 0.5, 0.64, 0.97, 1.0])
def test_the_schedule_spends_phi_and_never_less_later(phi, size, steps):
    method = scheduled_mask.Method(scheduled_mask.Params(phi=phi), make_context(steps=steps))
    counts = [method.count(number, size) for number in range(steps)]
    assert all(0 <= count <= size and count != 1 for count in counts)
    # Over all steps together: pairs become due one image late, and an odd batch has no half pair.
    assert sum(counts) == pytest.approx(phi * size * steps, abs=3)
    parts = [sum(counts[start : start + 11]) for start in range(0, steps - 10, 11)]
    assert all(later >= sooner - 3 for sooner, later in pairwise(parts))


def test_the_schedule_starts_at_none_and_rises_to_twice_phi_or_all():
    for phi, top in ((0.25, 16), (0.75, 32)):
        method = scheduled_mask.Method(scheduled_mask.Params(phi=phi), make_context(steps=1000))
        assert method.count(0, 32) == 0
        assert abs(method.count(999, 32) - top) <= 1
    assert method.count(250, 32) in (15, 16, 17), "of .75: the ramp reaches all of them at half the run"
    assert {method.count(number, 32) for number in range(500, 1000)} == {32}


def test_the_schedule_masks_other_images_in_every_step_at_the_fraction_k_of_their_pixels(monkeypatch):
    seen = spy_hidden(monkeypatch)
    method = scheduled_mask.Method(scheduled_mask.Params(phi=0.5, k=0.25), make_context(steps=40))
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

    whole = counted(range(30), scheduled_mask.Method(scheduled_mask.Params(), make_context(steps=30)))
    half = counted(range(17), scheduled_mask.Method(scheduled_mask.Params(), make_context(steps=30)))
    rest = scheduled_mask.Method(scheduled_mask.Params(), make_context(steps=30))
    rest.restore(half.state())
    assert counted(range(17, 30), rest).state() == whole.state()
    record = whole.record()
    assert record["masked_images"] == pytest.approx(0.5, abs=1 / 80)
    assert record["masked_pixels"] == 0.5
    assert whole.state() == {"counts": [0, 0]}


@pytest.mark.parametrize(("factor", "epochs"), [(2.0, 6), (1.5, 4), (1.6, 5), (1.0, 3), (0.1, 1)])
def test_equal_compute_trains_for_as_many_epochs(factor, epochs):
    params = baseline_equal_compute.Params(factor=factor)
    assert baseline_equal_compute.Method.epochs(params, 3) == epochs


def test_equal_compute_takes_the_baselines_steps():
    models = [make_model(dropout=0.2), make_model(dropout=0.2)]
    for number in range(3):
        for model, module in zip(models, (baseline, baseline_equal_compute), strict=True):
            train_step(module.Method(module.Params(), make_context()), model, number)
    assert all(torch.equal(a, b) for a, b in zip(*(model.parameters() for model in models), strict=True))


def test_a_run_trains_factor_times_the_epochs_and_knows_its_number_of_steps(tmp_path, monkeypatch):

    from smoot.core.files import read_json
    from smoot.training import stage
    from smoot.training.state import State

    tasks = []
    monkeypatch.setattr(
        stage, "State", lambda model, method, *rest: tasks.append(method.context) or State(model, method, *rest)
    )
    monkeypatch.chdir(tmp_path)
    killed_training.make_data(tmp_path)
    cell = Cell("toy", "cnn", "baseline_equal_compute", 0)
    view = killed_training.view("baseline_equal_compute", epochs=2, patience=None)
    stage.run(cell, view | {"methods.baseline_equal_compute": {"factor": 1.5}})
    assert read_json(cell.run_folder / "run.json")["epochs"] == 3
    assert tasks[0].steps == 3 * killed_training.STEPS


def test_a_run_of_more_epochs_waits_longer_for_a_better_one(tmp_path, monkeypatch):

    from smoot.core.files import read_json
    from smoot.training import loop, stage

    losses = iter(range(1, 9))
    monkeypatch.setattr(loop, "evaluate", lambda *_: dict.fromkeys(loop.MEASURES, float(next(losses))))
    monkeypatch.chdir(tmp_path)
    killed_training.make_data(tmp_path)
    cell = Cell("toy", "cnn", "baseline_equal_compute", 0)
    view = killed_training.view("baseline_equal_compute", epochs=2, patience=1)
    stage.run(cell, view | {"methods.baseline_equal_compute": {"factor": 3.0}})
    assert read_json(cell.run_folder / "run.json")["epochs"] == 1 + 3


@pytest.mark.parametrize(
    ("module", "params", "said"),
    [
        (scheduled_mask, {"phi": 0.0}, "greater than 0"),
        (scheduled_mask, {"phi": 1.01}, "less than or equal to 1"),
        (baseline_equal_compute, {"factor": 0.0}, "greater than 0"),
        (baseline_equal_compute, {"factor": float("inf")}, "finite"),
        (no_mask, {"k": 0.1}, "should be 0"),
        (random_mask, {"masking": {"ranking": "signed"}}, "ranking: signed: should be random"),
        (sgt_separate, {"masking": {"saliency": "fused"}}, "saliency: fused: should be separate"),
    ],
)
def test_nonsense_is_refused(module, params, said):
    with pytest.raises(ValidationError, match=said):
        module.Params(**params)


def test_a_methods_own_options_count_where_blocks_contradict_each_other(smoke):
    """Label smoothing forbids `fused`, which is the shared block's, and `sgt_separate` overrides it."""
    smoke["training"]["label_smoothing"] = 0.1
    smoke["methods"] = {"baseline": {}, "sgt_separate": {}}
    smoke["grid"]["methods"] = ["baseline", "sgt_separate"]
    validate(smoke)
    smoke["methods"]["sgt"] = {}
    with pytest.raises(ParamsError, match=r"methods\.sgt: masking\.saliency: fused has no label smoothing"):
        validate(smoke)


def test_methods_know_in_which_masking_options_they_differ_from_the_shared_block():
    context = make_context()
    assert context.masking.saliency == "fused"

    def overrides(module, context=context, **params):
        return module.Method(module.Params(**params), context).overrides

    assert overrides(baseline) == overrides(sgt) == {}
    assert overrides(random_mask) == {"ranking": "random"}
    assert overrides(sgt_separate) == {"saliency": "separate"}
    assert overrides(sgt, masking={"fill": context.masking.fill, "target": "logit", "saliency": "shared"}) == {
        "target": "logit",
        "saliency": "shared",
    }
    assert overrides(sgt_separate, context=make_context(saliency="separate")) == {}


def test_presets_may_name_every_control(smoke):
    for name in ("random_mask", "no_mask", "scheduled_mask", "baseline_equal_compute", "sgt_separate"):
        smoke["methods"][name] = {}
    validate(smoke)
