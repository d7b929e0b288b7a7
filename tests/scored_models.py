"""Subjects with a known answer."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from examples import example
from torch import nn

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.artifacts.scores import ScoreRecord
from smoot.scoring.apply_metric import apply_metric
from smoot.scoring.explainer import Explainer, predictor
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import Subject, metric_info

SIDE, CLASSES = 8, 3
SLOTS = np.array([[0, 0, 2, 2], [0, 6, 2, 2], [6, 6, 2, 2]])


class Linear(nn.Module):
    """f(x) = W x, of which the exact attribution is known: ∂f_y / ∂x = W_y."""

    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear = nn.Linear(channels * SIDE * SIDE, CLASSES, bias=False)
        with torch.no_grad():
            self.linear.weight.copy_(torch.randn(self.linear.weight.shape, generator=torch.Generator().manual_seed(1)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.linear(self.flatten(images))


def small_cnn() -> nn.Module:
    """Two convolutions with biases, whose ReLUs overwrite their input, and a linear layer."""
    torch.manual_seed(3)
    layers = [nn.Conv2d(1, 6, 3), nn.ReLU(inplace=True), nn.Conv2d(6, 8, 3, stride=2), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(32, CLASSES)).eval().requires_grad_(False)


class Patch(nn.Module):
    """Logits (5 · the mean of one patch, 0, 0): nothing but that patch matters."""

    where = np.s_[:, :, 0:4, 4:8]

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return 5 * images[self.where].mean((1, 2, 3))[:, None] * torch.eye(CLASSES)[0]


class Constant(nn.Module):
    """Logits (2, 0, 0), whatever the image."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return 0 * images.sum((1, 2, 3))[:, None] + 2 * torch.eye(CLASSES)[0]


def subject(
    attribution: str = "gradient",
    size: int = 12,
    maps: np.ndarray | None = None,
    model: nn.Module | None = None,
    channels: int = 1,
) -> Subject:
    """`size` images of noise with regions of all kinds, a mark in one of SLOTS; labels are what `model` says."""
    model = (model or Linear(channels)).eval().requires_grad_(False)
    rng = np.random.default_rng(0)
    images = rng.normal(size=(size, channels, SIDE, SIDE)).astype(np.float32)
    shown = images[:, :1]
    masks = np.select([shown > 0.5, shown < -1], [Region.OBJECT, Region.DISTRACTOR], Region.BACKGROUND)
    for image, mask in zip(images, masks, strict=True):
        for top, left, height, width in SLOTS:
            mask[:, top : top + height, left : left + width] = Region.BACKGROUND
        top, left, height, width = rng.choice(SLOTS)
        image[:, top : top + height, left : left + width] = 4
        mask[:, top : top + height, left : left + width] = Region.SHORTCUT
    labels = model(torch.from_numpy(images)).argmax(1).numpy()
    entry = example("attributions", attribution)
    component = entry.load()
    explain = Explainer(component, entry.params(), torch.device("cpu"))
    return Subject(
        model=model,
        images=images,
        labels=labels,
        masks=masks.astype(np.uint8),
        maps=explain(model, images, labels) if maps is None else maps,
        explain=explain,
        predict=predictor(model, torch.device("cpu")),
        classes=CLASSES,
        seed=0,
        device="cpu",
        pixel_range=(np.full((channels, 1, 1), -2, np.float32), np.full((channels, 1, 1), 4, np.float32)),
        slots=SLOTS,
        complete=getattr(component, "COMPLETE", False),
    )


def answered(answer: KnownAnswer, channels: int = 1) -> Subject:
    """The subject that a known answer is of."""
    attribution = {"random": "random", "contributions": "integrated_gradients"}.get(answer.maps, "gradient")
    of = subject(attribution, model=Constant() if answer.model == "constant" else None, channels=channels)
    if answer.maps in ("object", "distractor", "shortcut"):
        return replace(of, maps=(of.masks == Region[answer.maps.upper()]).astype(np.float32))
    if answer.maps == "pixel":
        maps = np.zeros_like(of.maps)
        maps[:, :, 3, 4] = 1
        return replace(of, maps=maps)
    if answer.maps == "losses":
        weights = of.model.linear.weight.numpy()[of.labels].reshape(of.images.shape)
        lost = weights * (of.images - of.images.mean((2, 3), keepdims=True))
        return replace(of, maps=lost.sum(1, keepdims=True))
    return of


def score(name: str, of: Subject, /, **arguments: Any) -> np.ndarray:
    """(n,) scores by a metric's component."""
    entry = example("metrics", name, **arguments)
    return entry.load().score(of, entry.params()).values


def known(name: str) -> MetricInfo:
    return metric_info(example("metrics", name))


def metric_record(of: Subject, metric: str, arguments: dict[str, Any]) -> ScoreRecord:
    """The record of a metric's component on a subject."""
    return apply_metric(of, "gradient", example("metrics", metric, **arguments))
