"""An entry of the `datasets` block, as a data set."""

from dataclasses import replace

from smoot.core.components import Entry
from smoot.core.errors import SmootError
from smoot.data.contract import Dataset
from smoot.data.split import first


def load_entry(entry: Entry, where: str | None = None) -> Dataset:
    """The data set, with the training images that are asked for.

    where: how messages name the entry; `datasets.KEY` if not given. Raises UnavailableError where the data are neither
    on this machine nor to be had, SmootError where they are damaged or `train` asks for too many or too few.
    """
    params = entry.params()
    dataset: Dataset = entry.load().load(params)
    if params.train is None:
        return dataset
    try:
        train = first(dataset.splits["train"], params.train, params.seed)
    except ValueError as error:
        raise SmootError(f"{where or f'datasets.{entry.key}'}.train: {error}") from None
    return replace(dataset, splits=dataset.splits | {"train": train})
