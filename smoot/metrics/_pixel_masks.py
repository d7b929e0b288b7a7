"""A model of masks, for `smoot.metrics._pixel_removal`."""

import numpy as np
import torch
from torch import Tensor, nn

from smoot.scoring.cache import ArrayCache


class Masked(nn.Module):
    """The logits of image i, pixels removed, for a mask (1, H, W): i + 1 where a pixel is kept, else -(i + 1).

    memo: of logits of these images, from a metric whose masks do not depend on the maps.
    """

    def __init__(self, model: nn.Module, images: np.ndarray, device: str, memo: ArrayCache | None) -> None:
        super().__init__()
        self.model, self.memo = model, memo
        self.images = torch.from_numpy(np.ascontiguousarray(images)).to(device)

    def forward(self, masks: Tensor) -> Tensor:
        rows, kept = masks[:, 0, 0, 0].abs().long() - 1, masks > 0
        if self.memo is None:
            return self.logits(rows, kept)
        key = rows.cpu().numpy(), np.packbits(kept.cpu().numpy())
        return torch.from_numpy(self.memo.get(key, lambda: self.logits(rows, kept).cpu().numpy())).to(masks.device)

    def logits(self, rows: Tensor, kept: Tensor) -> Tensor:
        images = self.images[rows]
        return self.model(torch.where(kept, images, images.mean((2, 3), keepdim=True)))
