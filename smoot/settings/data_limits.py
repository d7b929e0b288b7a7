"""What params.yaml asks of the data sets that are on disk and that they do not have."""

from smoot.artifacts.dataset import open_split, read_info
from smoot.artifacts.paths import DataFolder
from smoot.core.errors import ParamsError
from smoot.settings.params import Params
from smoot.training.data_limits import beyond_data


def check_data(params: Params) -> None:
    """Raises ParamsError with a line for each, and SmootError of a damaged data set. Nothing is known of data sets that
    are not fetched yet.
    """
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
    if lines:
        raise ParamsError(list(dict.fromkeys(lines)))
