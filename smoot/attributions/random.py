"""random: a null control. A map that depends on the image's bits alone, and neither on the model nor on the class.

So the same image always has the same map, and the slightest change of the image gives an unrelated one: the worst
explanation that there is, for faithfulness, robustness and randomisation tests alike.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


NULL = True


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """(N, 1, H, W), uniform in [0, 1)."""
    maps = []
    for image in images.detach().cpu().contiguous():
        generator = torch.Generator().manual_seed(zlib.crc32(image.numpy().tobytes()))
        maps.append(torch.rand((1, *image.shape[1:]), generator=generator))
    return torch.stack(maps).to(images.device)
