"""Making a model for a data set."""

import timm
import torch

from smoot.core.errors import SmootError
from smoot.models import sgt_cnn  # noqa: F401  (registers the model with timm)
from smoot.models.params import Model


def create(model: Model, channels: int, classes: int, image_size: tuple[int, int]) -> torch.nn.Module:
    """The model, its weights drawn from torch's global generator.

    It maps images (N, channels, H, W) to logits (N, classes). Raises SmootError where timm cannot make it.
    """
    if not timm.is_model(model.timm):
        raise SmootError(f"models: timm: {model.timm}: timm has no such model; see timm.list_models()")
    sized = {"img_size": image_size} if _takes_image_size(model.timm) else {}
    try:
        network = timm.create_model(model.timm, in_chans=channels, num_classes=classes, **sized | model.kwargs)
        # Some models refuse a size only when they meet it.
        with torch.no_grad():
            network.eval()(torch.zeros(1, channels, *image_size))
        return network.train()
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise SmootError(f"models: timm: {model.timm}, kwargs: {model.kwargs}: {error}") from error


def _takes_image_size(name: str) -> bool:
    """Whether the model is built for one image size, as those with position embeddings are."""
    return bool(timm.get_pretrained_cfg_value(name, "fixed_input_size"))
