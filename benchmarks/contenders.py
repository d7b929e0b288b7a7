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

CLASSES, IMAGES, EPOCHS = 10, 4096, 2
RATE = 1e-6  # A model that learnt its one batch by heart would have gradients too small to be computed fast.
METHODS = [
    # Name, method, its parameters, saliency, φ, and the arithmetic of a step over that of a baseline step, which is
    # three forwards.
    ("baseline", "baseline", {}, "fused", 0.0, 1.0),
    ("sgt_separate", "sgt", {}, "separate", 1.0, 8 / 3),
    ("sgt_shared", "sgt", {}, "shared", 1.0, 7 / 3),
    ("sgt_fused", "sgt", {}, "fused", 1.0, 2.0),
    ("smoot", "smoot", {"n_max": 0.25}, "fused", 0.25, 1.25),
    ("smoot", "smoot", {"n_max": 0.5}, "fused", 0.5, 1.5),
    ("smoot", "smoot", {"n_max": 1.0}, "fused", 1.0, 2.0),
    ("high_low", "high_low", {"plain": 0.0}, "fused", 1.0, 2.0),
    ("mask_sub", "mask_sub", {}, "fused", 1.0, 2.0),
    ("adversarial", "adversarial", {"steps": 1}, "fused", 0.0, 5 / 3),
    ("adversarial_3", "adversarial", {"steps": 3}, "fused", 0.0, 9 / 3),
    ("smoothed_adversarial", "smoothed_adversarial", {"steps": 1}, "fused", 0.0, 5 / 3),
    ("gradient_penalty", "gradient_penalty", {}, "fused", 0.0, 2.0),
    ("right_reasons", "right_reasons", {}, "fused", 0.0, 2.0),
    ("energy_loss", "energy_loss", {}, "fused", 0.0, 2.0),
    ("noise", "noise", {}, "fused", 0.0, 1.0),
    ("bce", "bce", {}, "fused", 0.0, 1.0),
]


@dataclass(frozen=True)
class Case:
    """What steps are taken on."""

    model: str
    batch_size: int
    side: int
    """Of the images, in pixels."""

    @property
    def info(self) -> DatasetInfo:
        return DatasetInfo(
            title="Noise",
            source="drawn here",
            licence="none",
            classes=tuple("0123456789"),
            sizes={"train": IMAGES, "val": 500, "test": 0},
            shape=(1, self.side, self.side),
            mean=(0.1,),
            std=(0.3,),
            sha256={},
        )

    def make_data(self) -> tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(0)
        images = torch.randn(self.batch_size, 1, self.side, self.side, generator=generator)
        return images, torch.randint(CLASSES, (self.batch_size,), generator=generator)


# resnet18 halves its images five times: of 28×28, its last stage sees one pixel.
CASES = {
    "sgt_cnn": Case("sgt_cnn", 512, 28),
    "resnet18": Case("resnet18", 128, 28),
    "resnet18_64": Case("resnet18", 64, 64),
    "resnet50_224": Case("resnet50", 64, 224),
}
USUAL = ("sgt_cnn", "resnet18", "resnet18_64")  # the other is for a GPU


@dataclass(frozen=True)
class Contender:
    """One kind of step."""

    case: Case
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


def contenders(case: Case, threads: int) -> list[Contender]:
    modes = product(("fp32", "bf16"), (False, True))
    return [*plain_ones(case), *(contender for mode in modes for contender in our_ones(case, threads, *mode))]


def our_ones(case: Case, threads: int, precision: str, channels_last: bool) -> list[Contender]:
    """The suite's own steps, with the optimiser's and the bookkeeping; on a GPU, where there is one."""
    machine = Machine(Compute(threads=threads, precision=precision, channels_last=channels_last))
    return [
        Contender(case, title, phi, precision, channels_last, floor, our_step(case, method, saliency, params, machine))
        for title, method, params, saliency, phi, floor in METHODS
    ]


def our_step(case: Case, method_name: str, saliency: str, params: dict, machine: Machine) -> Callable[[], None]:
    loop = make_loop(case, method_name, saliency, params, machine)
    images, labels = case.make_data()
    images = images.to(machine.device).contiguous(memory_format=machine.memory_format)
    index = torch.arange(len(labels), device=machine.device)
    masks = torch.zeros_like(images, dtype=torch.uint8) if loop.state.method.needs_masks else None
    batch = Batch(images, labels.to(machine.device), index, index, masks=masks)

    def step() -> None:
        # As of a model that is always right, which masks the largest fraction of the images, φ.
        vars(loop.state.method).update(accuracy=1.0, loss=0.0)
        loop.step(batch)
        machine.now()

    return step


def make_loop(case: Case, method_name: str, saliency: str, params: dict, machine: Machine, **training: object) -> Loop:
    torch.manual_seed(0)
    model = create(ModelEntry(timm=case.model), 1, CLASSES, (case.side, case.side))
    component = components.load("methods", method_name)
    recipe = Recipe(epochs=EPOCHS, batch_size=case.batch_size, lr=RATE, **training)
    context = Context(case.info, recipe, Masking(saliency=saliency), 0, machine)
    method = component.Method(component.Params(**params), context)
    return Loop(State(machine.place(method.network(model)), method), case.model)


def finished(step: Callable[[], None]) -> Callable[[], None]:
    """The step, until the GPU has done it."""
    if not torch.cuda.is_available():
        return step

    def whole() -> None:
        step()
        torch.cuda.synchronize()

    return whole


def plain_ones(case: Case) -> list[Contender]:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    images, labels = (tensor.to(device) for tensor in case.make_data())
    yardsticks = []
    for title, step, phi, floor in (
        ("plain_baseline", plain.baseline_step, 0.0, 1.0),
        ("plain_sgt", plain.sgt_step, 1.0, 8 / 3),
    ):
        torch.manual_seed(0)
        model = plain.make_model(case.model).to(device)
        optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
        own = functools.partial(step, model, optimizer, images, labels)
        yardsticks.append(Contender(case, title, phi, "fp32", False, floor, finished(own)))
    return yardsticks
