"""Making a model for a data set."""

from typing import Any

import timm
import torch
from torch import nn

from smoot.artifacts.dataset import DatasetInfo
from smoot.artifacts.run import Weights
from smoot.core.errors import SmootError
from smoot.core.progress import say
from smoot.models import sgt_cnn  # noqa: F401  (registers the model with timm)
from smoot.models.model_entry import ModelEntry
from smoot.models.weights import from_hub, load_file


def build(model: ModelEntry, info: DatasetInfo) -> nn.Module:
    """The model for a data set, its weights drawn from torch's global generator: no file and no network is needed.

    Raises SmootError where timm cannot make it.
    """
    return _create(model.model_copy(update={"kwargs": model.kwargs | {"pretrained": False}}), info)


def initialise(model: ModelEntry, info: DatasetInfo) -> tuple[nn.Module, Weights | None]:
    """(the model for a data set with its first weights, where they come from; None if all are drawn).

    Raises SmootError where timm cannot make it, or the weights cannot be had or do not fit.
    """
    network = _create(model, info)
    if model.weights is not None:
        own = inner(network)
        return network, load_file(own, model.weights, _configuration(own, model), model.block)
    if model.pretrained:
        own = inner(network)
        configuration = _configuration(own, model)
        cache = model.kwargs.get("cache_dir")
        return network, from_hub(own, configuration, len(info.classes), cache)
    return network, None


def create(model: ModelEntry, channels: int, classes: int, image_size: tuple[int, int]) -> nn.Module:
    """The model, its weights drawn from torch's global generator, or timm's where its `kwargs` ask for them.

    It maps images (N, channels, H, W) to logits (N, classes). Where `upsample` is set, the images are enlarged inside
    the model, so that its gradients are by the original pixels. Raises SmootError where timm cannot make it.
    """
    if not timm.is_model(model.name):
        raise SmootError(f"{model.block}.timm: {model.name}: timm has no such model; see timm.list_models()")
    entry = f"{model.block}: timm: {model.name}, kwargs: {model.kwargs}, upsample: {model.upsample}"
    size = _seen_size(model, entry, image_size)
    sized = {"img_size": size} if _takes_image_size(model.name) else {}
    try:
        network = timm.create_model(model.name, in_chans=channels, num_classes=classes, **sized | model.kwargs)
        if model.upsample is not None:
            network = nn.Sequential(nn.Upsample(size=size, mode="bilinear"), network)
        corner = torch.zeros(1, channels, *image_size)
        corner[..., -1, -1] = torch.nan
        # Some models refuse a size only when they meet it, and some leave out what does not fill a patch or a stride.
        with torch.no_grad():
            if not network.eval()(corner).isnan().all():
                say(f"{entry}: it does not see the last of {size[0]}×{size[1]} pixels; another `upsample` may help")
        return network.train()
    except OSError as error:  # timm's weights, which are downloaded
        reason = str(error).strip().partition("\n")[0]
        raise SmootError(
            f"{entry}: its weights cannot be downloaded: {reason}; `weights` takes them from a file"
        ) from error
    except (TypeError, ValueError) as error:
        raise SmootError(f"{entry}: {error}") from error
    except (RuntimeError, AssertionError, ZeroDivisionError) as error:
        # How models refuse a size; some of them without a word.
        reason = str(error) or type(error).__name__
        hint = f"if it is not made for {size[0]}×{size[1]} pixels, a larger `upsample` may help"
        raise SmootError(f"{entry}: {reason}; {hint}") from error


def _create(model: ModelEntry, info: DatasetInfo) -> nn.Module:
    channels, height, width = info.shape
    return create(model, channels, len(info.classes), (height, width))


def inner(network: nn.Module) -> nn.Module:
    """timm's own network, without what enlarges the images before it."""
    return network[1] if isinstance(network, nn.Sequential) and isinstance(network[0], nn.Upsample) else network


def _configuration(own: nn.Module, model: ModelEntry) -> dict[str, Any]:
    """What timm says of the model and its published weights, such as the names of its first and last layers."""
    configuration = timm.get_pretrained_cfg(model.name)
    return getattr(own, "pretrained_cfg", None) or (configuration.to_dict() if configuration else {})


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
