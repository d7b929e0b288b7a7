"""A network with smoothed features: with a block h + conv1×1(blur3×3(h)) after an early stage h (arXiv 2603.07302)."""

import torch
from timm.layers import Format
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from smoot.core.modes import evaluating
from smoot.models.create import inner

PLACE = "smoothed_after"
"""The tensor that says in a state dict after which module the block stands, as the bytes of the module's name."""
MIX = "smoothed_by"
"""The 1×1 convolution in a state dict."""


class Smoothed(nn.Module):
    """A network and its block. Its state dict says all that is needed to make it again."""

    def __init__(self, network: nn.Module, after: str, channels: int) -> None:
        """after: a module of timm's network, which gives maps (N, channels, h, w). The block's weights are not drawn.

        Raises AttributeError where there is no such module.
        """
        super().__init__()
        self.network = network
        self.smoothed_by = nn.utils.skip_init(nn.Conv2d, channels, channels, 1)
        self.register_buffer(PLACE, torch.tensor(list(after.encode()), dtype=torch.uint8))
        inner(network).get_submodule(after).register_forward_hook(self._smooth)

    def forward(self, images: Tensor) -> Tensor:
        return self.network(images)

    def no_weight_decay(self) -> set[str]:
        """What timm leaves out of the weight decay: the same as without the block."""
        return {f"network.{name}" for name in getattr(self.network, "no_weight_decay", set)()}

    def _smooth(self, stage: nn.Module, inputs: object, maps: Tensor) -> Tensor:
        return maps + self.smoothed_by(avg_pool2d(maps, 3, stride=1, padding=1, count_include_pad=False))


def smoothed(network: nn.Module, shape: tuple[int, int, int], after: str | None, seed: int) -> Smoothed:
    """The network with a block whose convolution is drawn by the seed, uniform within ±1/√C of its C channels.

    shape: (channels, height, width) of its images. after: a module of timm's network; null: where timm's first features
    of half the image's side or less come out. Raises ValueError where that gives no maps, or not once in a pass.
    """
    name = after or _early(inner(network))
    try:
        stage = inner(network).get_submodule(name)
    except AttributeError:
        names = ", ".join(child for child, _ in inner(network).named_children())
        raise ValueError(f"after: {name}: the network has no such module; it has {names}, and those in them") from None
    found = _outputs(network, stage, shape)
    if len(found) != 1:
        raise ValueError(f"after: {name}: it is called {len(found)} times in a pass; expected: once")
    if found[0] is None or getattr(inner(network), "output_fmt", Format.NCHW) != Format.NCHW:
        raise ValueError(f"after: {name}: it does not give maps (N, C, H, W), which can be smoothed")
    changed = Smoothed(network, name, channels := found[0])
    generator = torch.Generator().manual_seed(seed)
    for parameter in changed.smoothed_by.parameters():
        nn.init.uniform_(parameter, -(channels**-0.5), channels**-0.5, generator=generator)
    return changed


def as_saved(network: nn.Module, weights: dict[str, Tensor]) -> nn.Module:
    """The network that the weights are of: with a block, if they have one.

    Raises AttributeError, KeyError or ValueError where they are of another network.
    """
    if PLACE not in weights:
        return network
    return Smoothed(network, bytes(weights[PLACE].tolist()).decode(), len(weights[f"{MIX}.weight"]))


def _early(network: nn.Module) -> str:
    """The module that gives timm's first features of half the image's side or less. Raises ValueError."""
    features = getattr(network, "feature_info", None) or []
    for stage in features:
        if stage["reduction"] >= 2:
            return stage["module"]
    raise ValueError("after: null: timm does not say where the network's stages end; name a module of it")


def _outputs(network: nn.Module, stage: nn.Module, shape: tuple[int, int, int]) -> list[int | None]:
    """For each call of the stage in a pass, the channels of its maps; None where it gives something else."""
    found: list[int | None] = []

    def note(stage: nn.Module, inputs: object, output: object) -> None:
        found.append(output.shape[1] if torch.is_tensor(output) and output.ndim == 4 else None)

    with stage.register_forward_hook(note), evaluating(network), torch.no_grad():
        network(torch.zeros(1, *shape))
    return found
