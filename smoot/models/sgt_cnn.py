"""The small convolutional network of the SGT paper's MNIST experiments (Ismail et al., NeurIPS 2021).

Two 3×3 convolutions (32 and 64 channels), max-pooling, and two fully connected layers (128, classes), with dropout
.25 and .5. It returns logits. Every activation is a module used once, which DeepLift needs.
"""

from typing import Any

import torch
from timm.models import generate_default_cfgs, register_model
from torch import nn

from smoot.models.dropout import ByteDropout

default_cfgs = generate_default_cfgs(
    {
        "sgt_cnn": {
            "input_size": (1, 28, 28),
            "num_classes": 10,
            "fixed_input_size": True,
            "first_conv": "conv1",
            "classifier": "fc2",
        }
    }
)


class SGTCNN(nn.Module):
    """in_chans channels of img_size × img_size pixels, at least 6 × 6."""

    def __init__(self, in_chans: int = 1, num_classes: int = 10, img_size: int | tuple[int, int] = 28) -> None:
        super().__init__()
        height, width = (img_size, img_size) if isinstance(img_size, int) else img_size
        self.num_classes = num_classes
        self.feature_info = [{"num_chs": 64, "reduction": 2, "module": "pool"}]  # as timm's models say of their stages
        self.conv1 = nn.Conv2d(in_chans, 32, 3)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.pool = nn.MaxPool2d(2)
        self.relu2 = nn.ReLU()
        self.dropout1 = ByteDropout(0.25)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(64 * ((height - 4) // 2) * ((width - 4) // 2), 128)
        self.relu3 = nn.ReLU()
        self.dropout2 = ByteDropout(0.5)
        self.fc2 = nn.Linear(128, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # Pooled before the ReLU, which then has a quarter of the work: the two commute.
        features = self.relu2(self.pool(self.conv2(self.relu1(self.conv1(images)))))
        hidden = self.relu3(self.fc1(self.flatten(self.dropout1(features))))
        return self.fc2(self.dropout2(hidden))


@register_model
def sgt_cnn(pretrained: bool = False, **kwargs: Any) -> SGTCNN:
    """`timm.create_model("sgt_cnn")`. Raises ValueError for `pretrained`: there are no published weights."""
    if pretrained:
        raise ValueError("sgt_cnn has no pretrained weights")
    timms_own = ("pretrained_cfg", "pretrained_cfg_overlay", "cache_dir")
    return SGTCNN(**{key: value for key, value in kwargs.items() if key not in timms_own})
