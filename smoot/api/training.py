"""Training methods for a user's own loop."""

from collections.abc import Mapping
from typing import Any

from smoot.api._inputs import Channels, entry_of, valid
from smoot.api.training_step import TrainingMethod
from smoot.core import components
from smoot.core.errors import SmootError
from smoot.masking import Masking
from smoot.training.method import MaskedParams, Method, MethodParams
from smoot.training.recipe import Recipe


def training_method(
    name: str,
    *,
    masking: Mapping[str, str] | None = None,
    mean: Channels | None = None,
    std: Channels | None = None,
    label_smoothing: float = 0.0,
    train_images: int | None = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    **options: Any,
) -> TrainingMethod:
    """Makes a training method for a loop of your own, with your own optimiser.

    What it computes is what the train stage computes in a step. A method that needs to know more of the run than you
    have given says so at its first step. It knows of one process: several that train together are a run each.

    Args:
        name: One of those that `smoot list methods` lists, with their papers.
        masking: How pixels are masked, for a method that masks: `ranking` ("signed", "absolute" or "random"), `target`
            ("log_prob" or "logit"), `fill` ("uniform", between the image's least and largest value in a channel;
            "image_min"; or "channel_mean") and `saliency` ("fused", "shared" or "separate"). By default the first of
            each.
        mean: What the normalisation took from pixels between 0 and 1: a number, or one for each channel. It is needed
            by methods that change pixels by a given amount, such as `adversarial`.
        std: What the normalisation divided by; as `mean`.
        label_smoothing: Of the cross-entropy, from 0 to 1.
        train_images: How many images the training set has, for a method that keeps numbers of each, such as `smoot`.
        batch_size: How many images a step has. With `train_images` and `epochs` it says how long the run is, for a
            method that changes over the run, such as `scheduled_mask`.
        epochs: How many epochs the run has.
        seed: Of the method's own random draws, at least 0. They are not drawn from torch's global stream.
        **options: Of the method, such as `k` of `sgt`.

    Returns:
        The method, which has done no step yet.

    Raises:
        SmootError: The method or one of its options does not exist, a value is out of range, or the method changes the
            network.

    Examples:
        >>> import torch
        >>> from smoot import training_method
        >>> _ = torch.manual_seed(0)
        >>> model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3))
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        >>> images, labels = torch.randn(12, 1, 8, 8), torch.arange(12) % 3
        >>> sgt = training_method("sgt", k=0.5)
        >>> losses = []
        >>> for _ in range(20):
        ...     optimizer.zero_grad()
        ...     losses.append(sgt.backward(model, images, labels).loss.item())
        ...     optimizer.step()
        >>> losses[-1] < losses[0]
        True
        >>> sgt.record()
        {'masked_images': 1.0, 'masked_pixels': 0.5}
    """
    if name in components.names("methods"):
        fields = components.load("methods", name).Params.model_fields.keys()
        allowed = sorted(fields - MethodParams.model_fields.keys() - {"masking"})
        if strangers := [option for option in options if option not in allowed]:
            raise SmootError(f"{name}.{strangers[0]}: unknown option; allowed: {', '.join(allowed) or 'none'}")
    entry = entry_of("methods", name, options)
    if not entry.load().Method.trained:
        raise SmootError(f"{name}: it trains nothing; use the model as it is")
    if entry.load().Method.network is not Method.network:
        raise SmootError(f"{name}: it changes the network, which is for `smoot train`; allowed: methods that leave it")
    for argument, value, least in (("seed", seed, 0), ("train_images", train_images, 1)):
        if value is not None and (not isinstance(value, int) or value < least):
            raise SmootError(f"{name}.{argument}: {value!r}: should be a whole number, at least {least}")
    shared = valid(Masking, dict(masking or {}), "masking")
    # No method asks for the learning rate, and no method is given a length that was not told.
    length = {"epochs": 1 if epochs is None else epochs, "batch_size": 2 if batch_size is None else batch_size}
    recipe = valid(Recipe, length | {"label_smoothing": label_smoothing, "lr": 1.0}, name)
    if isinstance(entry.params(), MaskedParams) and label_smoothing and shared.saliency == "fused":
        raise SmootError(
            f"{name}: masking.saliency: fused has no label smoothing, but label_smoothing is {label_smoothing}; "
            "allowed with it: separate, shared"
        )
    told = {"train_images": train_images, "batch_size": batch_size, "epochs": epochs, "mean": mean, "std": std}
    return TrainingMethod(entry, recipe, shared, seed, told)
