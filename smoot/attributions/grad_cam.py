"""grad_cam: the last feature maps, weighted by their mean gradients (Selvaraju et al., ICCV 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.attributions._modules import last_stage, out_of_place, trace
from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """(N, 1, H, W), at least 0, enlarged bilinearly to the images' size.

    Raises NotApplicableError where no convolution gives feature maps.
    """
    from captum.attr import LayerGradCam
    from torch.nn.functional import interpolate

    layer = last_stage(trace(model, images))
    with out_of_place(model):
        maps = LayerGradCam(model, layer).attribute(images.requires_grad_(), target=labels, relu_attributions=True)
    return interpolate(maps, size=images.shape[2:], mode="bilinear", align_corners=False)
