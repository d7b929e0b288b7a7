"""What users give, checked before any work is done: images, labels, masks, and the names and options of components."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import ArrayLike
from pydantic import BaseModel
from torch import nn

from smoot.artifacts.dataset import DatasetInfo, Region
from smoot.core.components import Entry, resolve
from smoot.core.errors import SmootError
from smoot.settings.validation import component_errors, errors

AnyArray = ArrayLike | torch.Tensor

Channels = float | Sequence[float]
"""A number, or one for each channel."""

Schema = TypeVar("Schema", bound=BaseModel)
Entries = Mapping[str, Mapping[str, Any]] | Iterable[str]
"""Components with their options, such as {"ig_20": {"attribution": "integrated_gradients", "steps": 20}}; or names."""


def entries_of(kind: str, given: Entries) -> dict[str, dict[str, Any]]:
    """The components as params.yaml has them. kind: such as "metrics". Raises SmootError with a line for each that is
    wrong."""
    names = [given] if isinstance(given, str) else given
    entries = copied_options(kind, names if isinstance(names, Mapping) else {name: {} for name in names})
    lines = component_errors({kind: entries}, kind, kind)
    for name, entry in entries.items():
        for option in resolve(kind, name, entry).options:
            lines.append(f"{kind}.{name}.{option}: only in params.yaml; here, score the other model's maps yourself")
    if lines:
        raise SmootError("\n".join(lines))
    return entries


def copied_options(kind: str, given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A copy of what is given by name. Raises SmootError where it is no mapping of options."""
    if wrong := [name for name, options in given.items() if not isinstance(options, Mapping)]:
        raise SmootError(f"{kind}.{wrong[0]}: {given[wrong[0]]!r}: should be a mapping of options")
    return {name: dict(options) for name, options in given.items()}


def entry_of(kind: str, name: str, options: dict[str, Any]) -> Entry:
    """One component with its options. Raises SmootError as `entries_of` does."""
    return resolve(kind, name, entries_of(kind, {name: options})[name])


def valid(schema: type[Schema], values: Mapping[str, Any], *where: str) -> Schema:
    """Raises SmootError with a line for each value that the schema does not allow. where: they stand."""
    if lines := errors(schema, values, where):
        raise SmootError("\n".join(lines))
    return schema.model_validate(values)


def images_of(given: AnyArray) -> np.ndarray:
    """(n, C, H, W) float32, a copy. Raises SmootError."""
    images = _array("images", given)
    if images.ndim != 4 or not images.size:
        raise SmootError(f"images: of shape {images.shape}; should be (n, channels, height, width)")
    if images.dtype.kind != "f":
        raise SmootError(f"images: {images.dtype}; should be floats, normalised as the model takes them")
    images = np.array(images, np.float32, order="C")
    if not (finite := np.isfinite(images).all((1, 2, 3))).all():
        raise SmootError(f"images: NaN or infinite values in image {np.flatnonzero(~finite)[0]}; should be finite")
    return images


def labels_of(name: str, given: AnyArray, size: int, classes: int) -> np.ndarray:
    """(size,) int64 in [0, classes). name: of the argument. Raises SmootError."""
    labels = _array(name, given)
    if labels.shape != (size,):
        raise SmootError(f"{name}: of shape {labels.shape}; should be ({size},), one for each image")
    if labels.dtype.kind not in "iu":
        raise SmootError(f"{name}: {labels.dtype}; should be whole numbers")
    if len(outside := labels[(labels < 0) | (labels >= classes)]):
        raise SmootError(f"{name}: {outside[0]}: the model has {classes} classes; allowed: 0 to {classes - 1}")
    return labels.astype(np.int64)


def masks_of(given: AnyArray | None, images: tuple[int, ...]) -> np.ndarray:
    """(n, 1, H, W) uint8, the `Region` of every pixel; (0, 1, H, W) if None is given. images: their shape.

    Raises SmootError.
    """
    size, _, height, width = images
    if given is None:
        return np.empty((0, 1, height, width), np.uint8)
    masks = _array("masks", given)
    if masks.shape not in ((size, height, width), (size, 1, height, width)):
        raise SmootError(f"masks: of shape {masks.shape}; should be {(size, height, width)}")
    if masks.dtype.kind not in "biu" or not np.isin(masks, list(Region)).all():
        regions = ", ".join(f"{region.value} {region.name.lower()}" for region in Region)
        raise SmootError(f"masks: {masks.dtype}; should be bools, true on the object, or numbers: {regions}")
    return masks.astype(np.uint8).reshape(size, 1, height, width)


def logits_shape(model: nn.Module, images: torch.Tensor) -> int:
    """How many classes the model has, by a pass of two images. Raises SmootError where it gives no logits."""
    try:
        with torch.no_grad():
            logits = model(images[:2])
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise SmootError(f"model: fails on images of shape {tuple(images[:2].shape)}: {reason}") from error
    shape = tuple(logits.shape) if torch.is_tensor(logits) else type(logits).__name__
    if not torch.is_tensor(logits) or logits.ndim != 2 or len(logits) != len(images[:2]):
        raise SmootError(f"model: gives {shape} for {len(images[:2])} images; should give logits (images, classes)")
    return logits.shape[1]


def described_array(
    shape: tuple[int, ...],
    classes: int,
    mean: Channels | None,
    std: Channels | None,
    sizes: dict[str, int] | None = None,
) -> DatasetInfo:
    """What the stages know of a data set. shape: of an image. mean, std: a number, or one a channel; 0 and 1 if None.

    Raises SmootError.
    """
    channels, height, width = shape
    values: dict[str, np.ndarray] = {}
    if (mean is None) != (std is None):
        raise SmootError(f"{'mean' if mean is None else 'std'}: missing; mean and std need each other")
    for name, given, default in (("mean", mean, 0.0), ("std", std, 1.0)):
        try:
            value = np.asarray(default if given is None else given, float)
        except (TypeError, ValueError):
            value = np.array(np.nan)
        if value.shape not in ((), (channels,)) or not np.isfinite(value).all():
            raise SmootError(f"{name}: {given}; should be a number, or {channels} of them, one for each channel")
        values[name] = np.broadcast_to(value, channels)
    if (values["std"] <= 0).any():
        raise SmootError(f"std: {std}; should be more than 0")
    return DatasetInfo(
        title="",
        source="",
        licence="",
        classes=tuple(map(str, range(classes))),
        sizes=sizes or {},
        shape=(channels, height, width),
        mean=tuple(values["mean"].tolist()),
        std=tuple(values["std"].tolist()),
        sha256={},
    )


def _array(name: str, given: AnyArray) -> np.ndarray:
    if torch.is_tensor(given):
        given = given.detach().cpu()
        return (given.float() if given.is_floating_point() else given).numpy()
    try:
        return np.asarray(given)
    except ValueError:
        raise SmootError(f"{name}: {type(given).__name__}; should be an array or a tensor") from None
