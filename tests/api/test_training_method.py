"""A training method in a user's own loop: what the trainer does, step by step."""

import copy

import pytest
import torch
from builders import make_batch, make_context, make_info, make_method, make_model
from examples import example
from torch import nn

from smoot import SmootError, training_method
from smoot.core import components
from smoot.core.seeding import derive
from smoot.training.batch import Batch
from smoot.training.loop import Loop
from smoot.training.method import Method
from smoot.training.optimiser import make_optimizer
from smoot.training.recipe import Recipe
from smoot.training.state import State

IMAGES = 24  # of the training set: two steps an epoch
RECIPE = Recipe(epochs=2, batch_size=12, lr=0.05, schedule="constant")
RUN = {"train_images": IMAGES, "batch_size": 12, "epochs": 2, "mean": 0.4, "std": 0.2, "seed": 5}
METHODS = {name: components.load("methods", name).Method for name in components.names("methods")}
TRAINED = [name for name, one in METHODS.items() if one.trained and one.network is Method.network]
CHANGING = [name for name, one in METHODS.items() if one.network is not Method.network]
VARIANTS = [
    ("sgt", {"k": 0.3}, {"ranking": "absolute", "saliency": "separate"}, 0.1),
    ("mask_sub", {}, {"fill": "image_min"}, 0.0),
    ("smoot", {"images": "all", "pixels": "adaptive"}, {}, 0.0),
    ("adversarial", {"norm": "l2", "epsilon": 0.5, "steps": 2}, {}, 0.0),
    ("bce", {}, {}, 0.1),
]


def network() -> nn.Module:
    return nn.Sequential(nn.BatchNorm2d(1), make_model(dropout=0.2)).train()


def batches(masks: bool) -> list[Batch]:
    """Those of two epochs."""
    whole, found = make_batch(IMAGES), []
    for number in range(4):
        order = torch.randperm(IMAGES, generator=torch.Generator().manual_seed(number))[:12]
        regions = (whole.images[order] > 0.5).to(torch.uint8) if masks else None
        found.append(Batch(whole.images[order], whole.labels[order], order, order, number, masks=regions))
    return found


@pytest.mark.parametrize(
    ("name", "options", "masking", "smoothing"), [*((name, {}, {}, 0.0) for name in TRAINED), *VARIANTS]
)
def test_steps_are_those_of_the_trainer(name, options, masking, smoothing):
    entry = example("methods", name, **options)
    component, options = entry.load(), entry.arguments
    recipe = RECIPE.override({"label_smoothing": smoothing})
    context = make_context(seed=5, recipe=recipe, info=make_info(IMAGES), **masking)
    state = State(network(), make_method(component, context, **options))
    loop = Loop(state, "toy")
    model, ours = network(), training_method(name, **RUN, masking=masking, label_smoothing=smoothing, **options)
    optimizer = make_optimizer(model, RECIPE)
    for batch in batches(component.Method.needs_masks):
        loop.step(batch)
        torch.manual_seed(derive(5, "dropout", batch.number, 0))
        optimizer.zero_grad()
        found = ours.backward(model, batch.images, batch.labels, index=batch.index, masks=batch.masks)
        optimizer.step()
        assert found.loss.isfinite()
        for key, tensor in model.state_dict().items():
            assert torch.equal(tensor, state.model.state_dict()[key]), key
    assert ours.record() == state.method.record()


@pytest.mark.parametrize("name", CHANGING)
def test_a_method_that_changes_the_network_is_refused(name):
    with pytest.raises(SmootError, match=f"{name}: it changes the network, which is for `smoot train`"):
        training_method(name)


@pytest.mark.parametrize("name", ["sgt", "mask_sub", "gradient_penalty", "baseline", "bce"])
def test_most_methods_need_to_be_told_nothing(name):
    model, batch = make_model(), make_batch()
    found = training_method(name).backward(model, batch.images, batch.labels)
    assert found.ce.shape == (8,)
    assert all(weight.grad.isfinite().all() for weight in model.parameters())


def test_gradients_are_added_to_those_that_are_there():
    model, batch = make_model(), make_batch()
    training_method("baseline").backward(model, batch.images, batch.labels)
    once = [weight.grad.clone() for weight in model.parameters()]
    training_method("baseline").backward(model, batch.images, batch.labels)
    for weight, gradient in zip(model.parameters(), once, strict=True):
        torch.testing.assert_close(weight.grad, 2 * gradient)


@pytest.mark.parametrize("name", ["sgt", "adversarial", "noise", "mask_sub"])
def test_mode_statistics_batch_and_random_stream_are_left_as_they_were(name):
    model, batch = make_model().eval(), make_batch()
    before = copy.deepcopy(model.state_dict())
    images = batch.images.clone()
    torch.manual_seed(3)
    training_method(name, mean=0.4, std=0.2).backward(model, images, batch.labels)
    drawn = torch.rand(2)
    torch.manual_seed(3)
    assert torch.equal(drawn, torch.rand(2))
    assert not model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert torch.equal(images, batch.images)
    assert images.grad is None and not images.requires_grad


def test_batchnorm_that_is_kept_fixed_stays_so():
    model, batch = network(), make_batch()
    model[0].eval()
    training_method("adversarial", mean=0.4, std=0.2).backward(model, batch.images, batch.labels)
    assert [module.training for module in model] == [False, True]
    assert model[0].num_batches_tracked == 0


def test_images_of_another_size_than_before_are_refused():
    model, method = nn.Sequential(nn.AdaptiveAvgPool2d(8), make_model()), training_method("sgt")
    for side in (8, 12):
        images, labels = make_batch(side=side).images, make_batch().labels
        if side == 12:
            with pytest.raises(SmootError, match=r"images: of shape \(1, 12, 12\) each; should be \(1, 8, 8\), as in"):
                method.backward(model, images, labels)
        else:
            method.backward(model, images, labels)


def test_a_run_that_is_longer_than_was_said_is_refused():
    model, method = make_model(), training_method("scheduled_mask", train_images=17, batch_size=8, epochs=1)
    for number in range(3):
        batch = make_batch(seed=number)
        if number == 2:
            with pytest.raises(SmootError, match=r"scheduled_mask: step 3, but train_images, .* has 2 steps of full"):
                method.backward(model, batch.images, batch.labels)
        else:
            method.backward(model, batch.images, batch.labels)


def test_the_users_autocast_is_kept():
    model, batch = make_model(), make_batch()
    seen = []
    model[-1].register_forward_hook(lambda module, inputs, output: seen.append(output.dtype))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = training_method("sgt").backward(model, batch.images, batch.labels)
    assert set(seen) == {torch.bfloat16}
    assert found.loss.dtype == torch.float32


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("sgd", {}, "methods.sgd: no such method; allowed: adversarial, baseline, "),
        ("sgt", {"kk": 0.5}, "sgt.kk: unknown option; allowed: k, weight"),
        ("sgt", {"k": 2.0}, "methods.sgt.k: 2.0: should be less than or equal to 1"),
        ("sgt", {"masking": {"fill": "black"}}, "masking.fill: 'black': should be 'uniform', "),
        ("sgt", {"masking": {"target": "logit"}}, "masking: saliency: fused has no gradient of target: logit"),
        ("sgt", {"training": {"lr": 0.1}}, "sgt.training: unknown option; allowed: k, weight"),
        ("sgt", {"label_smoothing": 0.1}, "sgt: masking.saliency: fused has no label smoothing, but label_smoothing"),
        ("sgt", {"label_smoothing": 1.5}, "sgt.label_smoothing: 1.5: should be less than or equal to 1"),
        ("baseline", {"batch_size": 1}, "baseline.batch_size: 1: should be greater than or equal to 2"),
        ("sgt", {"seed": -1}, "sgt.seed: -1: should be a whole number, at least 0"),
        ("smoot", {"train_images": 0}, "smoot.train_images: 0: should be a whole number, at least 1"),
        ("untrained", {}, "untrained: it trains nothing; use the model as it is"),
    ],
)
def test_wrong_options_are_named_at_once(name, options, message):
    with pytest.raises(SmootError, match=message):
        training_method(name, **options)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("right_reasons", {}, "right_reasons: needs masks, a tensor that says where the objects are"),
        ("smoot", {}, "smoot: needs train_images, how many images the training set has"),
        ("smoot", {"train_images": 8}, "smoot: needs index, a tensor of the images' places"),
        ("noise", {}, "noise: needs mean and std, which say what values stand for black and white"),
        ("adversarial", {}, "adversarial: needs mean and std"),
        ("high_low", {}, "high_low: needs epochs, how many the run has"),
        ("scheduled_mask", {"epochs": 2}, "scheduled_mask: needs batch_size, how many images a step has"),
        ("scheduled_mask", {"epochs": 2, "batch_size": 8}, "scheduled_mask: needs train_images"),
        ("sgt", {"mean": 0.5}, "std: missing; mean and std need each other"),
    ],
)
def test_what_a_method_needs_besides_is_named_at_the_first_step(name, options, message):
    model, batch = make_model(), make_batch()
    with pytest.raises(SmootError, match=message):
        training_method(name, **options).backward(model, batch.images, batch.labels)
    assert all(weight.grad is None for weight in model.parameters())


BATCH = make_batch()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "net"}, "model: str; should be a torch.nn.Module"),
        ({"images": BATCH.images.numpy()}, "images: ndarray; should be a tensor"),
        ({"images": BATCH.images[:, 0]}, r"images: torch.float32 of shape \(8, 8, 8\); should be floats \(b, channels"),
        ({"images": BATCH.images[:1], "labels": BATCH.labels[:1]}, "b at least 2"),
        ({"images": BATCH.images.to("meta")}, "images: on meta; should be where the model is, on cpu"),
        ({"labels": BATCH.labels[:3]}, r"labels: torch.int64 of shape \(3,\); should be torch.int64 \(8,\)"),
        ({"labels": BATCH.labels.int()}, "labels: torch.int32 of shape"),
        ({"labels": BATCH.labels + 4}, "labels: .: the model has 4 classes; allowed: 0 to 3"),
        (
            {"index": torch.arange(8) + 1},
            r"index: torch.int64 of shape \(8,\); should be torch.int64 \(8,\), from 0",
        ),
    ],
)
def test_a_bad_batch_is_named(change, message):
    given = {"model": make_model(), "images": BATCH.images, "labels": BATCH.labels, "index": torch.arange(8)}
    with pytest.raises(SmootError, match=message):
        training_method("smoot", train_images=8).backward(**given | change)


def test_there_is_nothing_to_record_before_a_step():
    method = training_method("smoot", train_images=8)
    with pytest.raises(SmootError, match="smoot: no step to record since the last time"):
        method.record()
    method.backward(make_model(), BATCH.images, BATCH.labels, index=BATCH.index)
    assert set(method.record()) >= {"masked_images", "masked_pixels"}
    with pytest.raises(SmootError, match="no step to record"):
        method.record()
