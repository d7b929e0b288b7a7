"""What params.yaml asks of the data sets that are on disk and that they do not have."""

from smoot.artifacts.dataset import open_split, read_info
from smoot.artifacts.paths import DataFolder
from smoot.params import Params
from smoot.training.data_limits import beyond_data


def beyond_disk(params: Params) -> list[str]:
    """A line for each. Of data sets that are not fetched yet, nothing is known. Raises SmootError of damaged ones."""
    lines: list[str] = []
    for dataset in params.grid.datasets:
        folder = DataFolder(dataset)
        if not folder.info.exists():
            continue
        info = read_info(folder)
        train = open_split(folder, info, "train")
        for name in params.grid.methods:
            lines += beyond_data(params.method(name), params.recipe(name), dataset, info, train)
        for name in params.grid.panels:
            lines += params.panels[name].beyond(name, dataset, info)
    return list(dict.fromkeys(lines))
