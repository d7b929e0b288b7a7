"""Making a model for a data set."""

import timm
import torch
from torch import nn

from smoot.core.errors import SmootError
from smoot.core.progress import say
from smoot.models import sgt_cnn  # noqa: F401  (registers the model with timm)
from smoot.models.entry import ModelEntry


def create(model: ModelEntry, channels: int, classes: int, image_size: tuple[int, int]) -> nn.Module:
    """The model, its weights drawn from torch's global generator.

    It maps images (N, channels, H, W) to logits (N, classes). Where `upsample` is set, the images are enlarged inside
    the model, so that its gradients are by the original pixels. Raises SmootError where timm cannot make it.
    """
    if not timm.is_model(model.timm):
        raise SmootError(f"models: timm: {model.timm}: timm has no such model; see timm.list_models()")
    entry = f"models: timm: {model.timm}, kwargs: {model.kwargs}, upsample: {model.upsample}"
    size = _seen_size(model, entry, image_size)
    sized = {"img_size": size} if _takes_image_size(model.timm) else {}
    try:
        network = timm.create_model(model.timm, in_chans=channels, num_classes=classes, **sized | model.kwargs)
        if model.upsample is not None:
            network = nn.Sequential(nn.Upsample(size=size, mode="bilinear"), network)
        corner = torch.zeros(1, channels, *image_size)
        corner[..., -1, -1] = torch.nan
        # Some models refuse a size only when they meet it, and some leave out what does not fill a patch or a stride.
        with torch.no_grad():
            if not network.eval()(corner).isnan().all():
                say(f"{entry}: it does not see the last of {size[0]}×{size[1]} pixels; another `upsample` may help")
        return network.train()
    except (TypeError, ValueError) as error:
        raise SmootError(f"{entry}: {error}") from error
    except (RuntimeError, AssertionError, ZeroDivisionError) as error:
        # How models refuse a size; some of them without a word.
        reason = str(error) or type(error).__name__
        hint = f"if it is not made for {size[0]}×{size[1]} pixels, a larger `upsample` may help"
        raise SmootError(f"{entry}: {reason}; {hint}") from error


def _seen_size(model: ModelEntry, entry: str, image_size: tuple[int, int]) -> tuple[int, int]:
    """Height and width of the images as the network sees them."""
    if model.upsample is None:
        return image_size
    if model.upsample < max(image_size):
        raise SmootError(f"{entry}: it would shrink images of {image_size[0]}×{image_size[1]} pixels")
    return model.upsample, model.upsample


def _takes_image_size(name: str) -> bool:
    """Whether the model is built for one image size, as those with position embeddings are."""
    return bool(timm.get_pretrained_cfg_value(name, "fixed_input_size"))
