"""What a method's recipe asks of a data set that it does not have."""

from collections.abc import Iterator

import numpy as np

from smoot.artifacts.dataset import DatasetInfo, Split
from smoot.core.components import Entry
from smoot.core.params_file import PARAMS_FILE
from smoot.training.drawn_images import class_counts
from smoot.training.recipe import Recipe


def beyond_data(method: Entry, recipe: Recipe, dataset: str, info: DatasetInfo, train: Split) -> Iterator[str]:
    """A line for each: fewer images than a batch or than are drawn, smaller ones than are cropped, no object masks.

    method: its entry. recipe: the method's own. dataset: its key. train: its training images.
    """
    own = getattr(method.params(), "training", {})
    for option, value, largest in (
        ("batch_size", recipe.batch_size, info.sizes["train"]),
        ("augment.crop", recipe.augment.crop, min(info.shape[1:]) // 2),
    ):
        if value > largest:
            block = f"methods.{method.key}.training" if option.split(".")[0] in own else "training"
            yield f"{PARAMS_FILE}: {block}.{option}: {value}: for {dataset} it should be {largest} at most"
    if recipe.images is not None and (wrong := _cannot_draw(recipe.images, info, train)):
        yield f"{PARAMS_FILE}: training.images: {recipe.images}: for {dataset} it should be {wrong}"
    if method.load().Method.needs_masks and not len(train.masks):
        yield (
            f"{PARAMS_FILE}: methods.{method.key}: it needs to know where the objects are, "
            f"but the data set {dataset} has no masks"
        )


def _cannot_draw(size: int, info: DatasetInfo, train: Split) -> str | None:
    """What the number of images to draw should be instead, if they cannot be drawn."""
    if size > len(train):
        return f"{len(train)} at most"
    if size < (classes := len(info.classes)):
        return f"{classes} at least, as many as there are classes"
    if (class_counts(train.labels, size) < np.bincount(train.labels).clip(max=1)).any():
        return f"larger: in proportion, a class of {np.bincount(train.labels).min()} images has none of them"
    return None
