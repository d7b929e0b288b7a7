"""What a method's recipe asks of a data set that it does not have."""

from collections.abc import Iterator

from smoot.artifacts.dataset import DatasetInfo, Split
from smoot.core.components import Entry
from smoot.core.params_file import PARAMS_FILE
from smoot.training.recipe import Recipe


def beyond_data(method: Entry, recipe: Recipe, dataset: str, info: DatasetInfo, train: Split) -> Iterator[str]:
    """A line for each: fewer images than a batch, smaller ones than are cropped, no object masks.

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
    if method.load().Method.needs_masks and not len(train.masks):
        yield (
            f"{PARAMS_FILE}: methods.{method.key}: it needs to know where the objects are, "
            f"but the data set {dataset} has no masks"
        )
