"""Random numbers for attributions that average over noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.core.seeding import derive

if TYPE_CHECKING:
    from torch import Tensor


def gaussian(samples: int, images: Tensor, seed: int) -> Tensor:
    """(samples, C, H, W) standard normal, the same for all images (N, C, H, W).

    So a map depends on its own image and not on its place in a batch, and it moves with the image alone: a robustness
    metric should not measure the draws.
    """
    generator = torch.Generator().manual_seed(derive(seed, "noise"))
    return torch.randn((samples, *images.shape[1:]), generator=generator).to(images.device)
