"""Dropout that draws a byte for each feature, where PyTorch's draws and compares a floating-point number on the CPU."""

import torch
from torch import Tensor, nn


class ByteDropout(nn.Dropout):
    """`nn.Dropout` for probabilities that are multiples of 1/256, which are exact; on CUDA it is `nn.Dropout`."""

    def __init__(self, p: float) -> None:
        """Raises ValueError where p is not a multiple of 1/256."""
        super().__init__(p)
        if not (p * 256).is_integer():
            raise ValueError(f"p: {p}: should be a multiple of 1/256")

    def forward(self, features: Tensor) -> Tensor:
        if not self.training or features.device.type != "cpu":
            return super().forward(features)
        words = torch.empty(-(-features.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
        kept = words.view(torch.uint8)[: features.numel()].view(features.shape) >= int(self.p * 256)
        return features * kept.to(features.dtype).mul_(1 / (1 - self.p))
