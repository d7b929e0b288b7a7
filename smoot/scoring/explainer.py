"""A trained model seen through NumPy: its maps by an attribution, and its logits."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import torch
from torch import nn

from smoot.core.params_file import Block
from smoot.scoring.metric import BATCH


class Explainer:
    """Makes maps by one attribution component: `explainer(model, images, labels)`."""

    def __init__(self, component: ModuleType, params: Block, device: torch.device) -> None:
        self.component, self.params, self.device = component, params, device

    def __call__(self, model: nn.Module, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """(n, 1, H, W) float32, summed over channels, of images (n, C, H, W) and labels (n,)."""
        maps = []
        for start in range(0, len(images), BATCH):
            x = torch.from_numpy(np.ascontiguousarray(images[start : start + BATCH], dtype=np.float32)).to(self.device)
            y = torch.from_numpy(np.asarray(labels[start : start + BATCH], dtype=np.int64)).to(self.device)
            attribution = self.component.attribute(model, x, y, self.params)
            maps.append(attribution.detach().float().sum(1, keepdim=True).cpu().numpy())
        return np.concatenate(maps)


def predictor(model: nn.Module, device: torch.device) -> Callable[[np.ndarray], np.ndarray]:
    """`predict(images)`: logits (n, classes) float32 of images (n, C, H, W)."""

    @torch.no_grad()
    def predict(images: np.ndarray) -> np.ndarray:
        x = torch.from_numpy(np.ascontiguousarray(images, dtype=np.float32))
        return torch.cat([model(part.to(device)).float().cpu() for part in x.split(4 * BATCH)]).numpy()

    return predict
