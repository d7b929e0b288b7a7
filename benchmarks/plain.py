"""Saliency-guided training as one writes it down first: the yardstick, not a part of the suite.

32 bits, contiguous memory, ordinary layers, a pass of its own for the saliency, and a loop over the images that masks
them one by one, after the procedure of the paper (Ismail et al., NeurIPS 2021, Algorithm 1).
"""

import timm
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, kl_div, log_softmax


def make_model(name: str, classes: int = 10) -> nn.Module:
    """sgt_cnn, of PyTorch's own layers in the order of the paper, or timm's model of that name."""
    if name != "sgt_cnn":
        return timm.create_model(name, in_chans=1, num_classes=classes)
    features = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)]
    classifier = [nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, classes)]
    return nn.Sequential(*features, *classifier)


def baseline_step(model: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, labels: Tensor) -> None:
    optimizer.zero_grad()
    cross_entropy(model(images), labels).backward()
    optimizer.step()


def sgt_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, labels: Tensor, k: float = 0.5
) -> None:
    model.eval()
    explained = images.clone().requires_grad_()
    scores = log_softmax(model(explained), 1).gather(1, labels[:, None])
    (saliency,) = torch.autograd.grad(scores.sum(), explained)
    masked = images.clone()
    for image, scored in zip(masked, saliency, strict=True):
        ranked = scored.mean(0).flatten()
        hidden = ranked.topk(round(k * len(ranked)), largest=False).indices
        for channel in image:
            low, high = channel.min().item(), channel.max().item()
            channel.view(-1)[hidden] = torch.empty(len(hidden), device=images.device).uniform_(low, high)
    model.train()
    optimizer.zero_grad()
    clean, hidden_away = model(images), log_softmax(model(masked), 1)
    loss = cross_entropy(clean, labels)
    loss = loss + kl_div(hidden_away, log_softmax(clean, 1), reduction="batchmean", log_target=True)
    loss.backward()
    optimizer.step()
