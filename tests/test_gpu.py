"""On a CUDA device: the same stages, in the device's own way."""

import numpy as np
import pytest
import torch
from builders import make_batch, make_info, make_model
from examples import example
from toy_data import bright_rows

from smoot.artifacts.dataset import Split
from smoot.core import components
from smoot.core.errors import SmootError
from smoot.core.machine import Compute, Machine
from smoot.masking import Masking
from smoot.methods._masked import masked_step
from smoot.training.augment import Augment
from smoot.training.data import Images
from smoot.training.loop import Loop
from smoot.training.method import Batch, Context
from smoot.training.recipe import Recipe
from smoot.training.state import State

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")


def step_on(machine: Machine):
    model = machine.place(make_model(3))
    batch = make_batch(channels=3)
    images = batch.images.to(machine.device).contiguous(memory_format=machine.memory_format)
    index = batch.index.to(machine.device)
    batch = Batch(images, batch.labels.to(machine.device), index, index)
    recipe = Recipe(epochs=1, batch_size=len(batch), lr=0.1)
    context = Context(make_info(len(batch), shape=(3, 8, 8)), recipe, Masking(fill="image_min"), 0, machine)
    result = masked_step(model, batch, torch.arange(len(batch)), torch.full_like(index, 20), 1.0, context)
    return result, model


@pytest.mark.gpu
@needs_cuda
def test_a_step_on_the_gpu_is_that_of_the_cpu():
    ours, _ = step_on(Machine(Compute(threads=1, device="cuda", precision="fp32")))
    theirs, _ = step_on(Machine(Compute(threads=1, device="cpu", precision="fp32")))
    torch.testing.assert_close(ours.ce.cpu(), theirs.ce, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(ours.loss.cpu(), theirs.loss, rtol=1e-3, atol=1e-3)


@pytest.mark.gpu
@needs_cuda
def test_auto_is_cuda_with_bf16():
    machine = Machine(Compute(threads=1))
    assert (machine.device.type, machine.precision) == ("cuda", "bf16")


@pytest.mark.gpu
@needs_cuda
@pytest.mark.parametrize(  # smoot by uniform selection, its default
    "name", [name for name in components.names("methods") if components.load("methods", name).Method.trained]
)
def test_no_step_waits_for_the_gpu(name):
    machine = Machine(Compute(threads=1, device="cuda"))
    entry = example("methods", name)
    recipe = Recipe(epochs=25, batch_size=16, lr=0.01, clip_norm=1.0, ema=0.9, augment=Augment(flip=True, crop=1))
    context = Context(make_info(64), recipe, Masking(), 0, machine)
    state = State(machine.place(make_model()), entry.load().Method(entry.params(), context))
    loop = Loop(state, name)
    split = bright_rows(64)
    split = Split(split.images, split.labels, (split.images > 100).astype(np.uint8))
    images = Images(split, context.info, machine, "resident", masks=state.method.needs_masks)
    for batch in images.shuffled(recipe, 0, 0):
        loop.step(batch)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for batch in images.shuffled(recipe, 0, 1):
            vars(state.method).update(accuracy=1.0, loss=0.0)  # so that SMOOT masks
            loop.step(batch)
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_a_gpu_auto_is_the_cpu_and_cuda_is_refused():
    machine = Machine(Compute(threads=1))
    assert (machine.device.type, machine.precision) == ("cpu", "fp32")
    with pytest.raises(SmootError, match=r"compute\.device: cuda, but torch finds no CUDA device"):
        Machine(Compute(threads=1, device="cuda"))


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("channels_last", [True, False])
def test_autocast_and_layout_change_a_step_by_rounding_alone(precision, channels_last):
    result, model = step_on(Machine(Compute(threads=1, device="cpu", precision=precision, channels_last=channels_last)))
    plain, _ = step_on(Machine(Compute(threads=1, device="cpu", precision="fp32", channels_last=False)))
    assert result.loss.dtype == torch.float32
    assert all(parameter.grad.dtype == torch.float32 for parameter in model.parameters())
    tolerance = 0.05 if precision == "bf16" else 1e-5
    torch.testing.assert_close(result.ce, plain.ce, rtol=tolerance, atol=tolerance)
    if precision == "fp32":
        torch.testing.assert_close(result.rise, plain.rise, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(result.loss, plain.loss, rtol=1e-4, atol=1e-4)


def test_threads_and_determinism_are_set_in_the_process():
    machine = Machine(Compute(threads=1, device="cpu"))
    assert torch.get_num_threads() == 1
    assert torch.are_deterministic_algorithms_enabled()
    described = machine.describe()
    assert described["threads"] == 1
    assert described["torch"] == torch.__version__.split("+")[0]
    with machine.autocast():
        assert not torch.is_autocast_enabled("cpu")
