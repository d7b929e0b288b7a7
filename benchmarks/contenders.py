"""Who takes part in the benchmark of the training step."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch

from benchmarks import plain
from smoot.artifacts.dataset import DatasetInfo
from smoot.core import components
from smoot.core.machine import Compute, Machine
from smoot.masking import Masking
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry
from smoot.training.loop import Loop
from smoot.training.method import Batch, Context
from smoot.training.recipe import Recipe
from smoot.training.state import State

BATCHES = {"sgt_cnn": 512, "resnet18": 128}
SIDE, CLASSES, IMAGES, EPOCHS = 28, 10, 4096, 2
RATE = 1e-6  # A model that learnt its one batch by heart would have gradients too small to be computed fast.
INFO = DatasetInfo(
    title="Noise",
    source="drawn here",
    licence="none",
    classes=tuple("0123456789"),
    sizes={"train": IMAGES, "val": 500, "test": 0},
    shape=(1, SIDE, SIDE),
    mean=(0.1,),
    std=(0.3,),
    sha256={},
)
METHODS = [
    # Name, method, saliency, φ, and the arithmetic of a step over that of a baseline step, which is three forwards.
    ("baseline", "baseline", "fused", 0.0, 1.0),
    ("sgt_separate", "sgt", "separate", 1.0, 8 / 3),
    ("sgt_shared", "sgt", "shared", 1.0, 7 / 3),
    ("sgt_fused", "sgt", "fused", 1.0, 2.0),
    ("smoot", "smoot", "fused", 0.25, 1.25),
    ("smoot", "smoot", "fused", 0.5, 1.5),
    ("smoot", "smoot", "fused", 1.0, 2.0),
]


@dataclass(frozen=True)
class Contender:
    """One kind of step."""

    model: str
    """A key of BATCHES."""
    method: str
    phi: float
    """The fraction of the images that is masked."""
    precision: str
    channels_last: bool
    floor: float
    """The arithmetic of a step over that of a baseline step."""
    step: Callable[[], None]
    """Takes one."""

    @property
    def mode(self) -> tuple[str, bool, bool]:
        """What a contender shares with the baseline that it is compared with."""
        return self.precision, self.channels_last, self.method.startswith("plain")


def contenders(name: str, threads: int) -> list[Contender]:
    modes = product(("fp32", "bf16"), (False, True))
    return [*plain_ones(name), *(contender for mode in modes for contender in our_ones(name, threads, *mode))]


def our_ones(name: str, threads: int, precision: str, channels_last: bool) -> list[Contender]:
    """The suite's own steps, with the optimiser's and the bookkeeping."""
    machine = Machine(Compute(threads=threads, precision=precision, channels_last=channels_last))
    return [
        Contender(name, title, phi, precision, channels_last, floor, our_step(name, method, saliency, phi, machine))
        for title, method, saliency, phi, floor in METHODS
    ]


def our_step(name: str, method_name: str, saliency: str, phi: float, machine: Machine) -> Callable[[], None]:
    loop = make_loop(name, method_name, saliency, {"n_max": phi} if method_name == "smoot" else {}, machine)
    images, labels = make_data(name)
    images = images.to(machine.device).contiguous(memory_format=machine.memory_format)
    index = torch.arange(len(labels), device=machine.device)
    batch = Batch(images, labels.to(machine.device), index, index)

    def step() -> None:
        # As of a model that is always right, which masks the largest fraction of the images, φ.
        vars(loop.state.method).update(accuracy=1.0, loss=0.0)
        loop.step(batch)
        machine.now()

    return step


def make_loop(name: str, method_name: str, saliency: str, params: dict, machine: Machine, **training: object) -> Loop:
    torch.manual_seed(0)
    model = machine.place(create(ModelEntry(timm=name), 1, CLASSES, (SIDE, SIDE)))
    component = components.load("methods", method_name)
    recipe = Recipe(epochs=EPOCHS, batch_size=BATCHES[name], lr=RATE, **training)
    context = Context(INFO, recipe, Masking(saliency=saliency), 0, machine)
    return Loop(State(model, component.Method(component.Params(**params), context)), name)


def plain_ones(name: str) -> list[Contender]:
    images, labels = make_data(name)
    yardsticks = []
    for title, step, phi, floor in (
        ("plain_baseline", plain.baseline_step, 0.0, 1.0),
        ("plain_sgt", plain.sgt_step, 1.0, 8 / 3),
    ):
        torch.manual_seed(0)
        model = plain.make_model(name)
        optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
        own = functools.partial(step, model, optimizer, images, labels)
        yardsticks.append(Contender(name, title, phi, "fp32", False, floor, own))
    return yardsticks


def make_data(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    size = BATCHES[name]
    return torch.randn(size, 1, SIDE, SIDE, generator=generator), torch.randint(CLASSES, (size,), generator=generator)
