"""Your own images: `train/`, `test/` and perhaps `val/`, each with a folder of image files for every class.

A folder, or a .zip or .tar archive of it. Images that change are not seen by the workflow engines:
`dvc repro -f -s fetch@KEY` or `snakemake -R fetch` reads them again.
"""

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from smoot.artifacts.paths import SPLITS
from smoot.core.errors import SmootError
from smoot.data.contract import Dataset, DatasetCard, DatasetParams, Source
from smoot.data.split import cut
from smoot.datasets._class_folders import class_folders, opened
from smoot.datasets._photographs import ChannelMoments, photographs

CARD = DatasetCard(
    title="A folder of images",
    source="the user's own",
    licence="the user's own",
    size="yours",
    classes="yours",
)


class Params(DatasetParams):
    root: str = Field(min_length=1)
    """The folder, or a .zip or .tar archive of it. A relative path counts from the project's folder."""
    size: int = Field(64, ge=8, le=1024)
    """The side in pixels of the squares that images become. Training costs grow with its square."""
    channels: ChannelMoments = "rgb"
    """Whether images are read in colour, or as grey."""
    val: int | None = Field(None, ge=1)
    """Validation images, cut from train/ where there is no val/. null: a tenth."""
    leaks: Literal["allow", "refuse"] = "refuse"
    """What happens where an image is in more than one split, byte for byte."""


def load(params: Params) -> Dataset:
    """Classes are the folders' names in alphabetical order. There are no object masks.

    Raises SmootError, before any image is decoded, where folders are missing, empty, unreadable or disagree on the
    classes.
    """
    root = opened(Path(params.root))
    present = [split for split in SPLITS if split != "val" or (root / "val").exists()]
    if "val" in present and params.val is not None:
        raise SmootError(f"{root / 'val'}: is there, so val: {params.val} in params.yaml means nothing; remove one")
    files = {split: class_folders(root / split) for split in present}
    classes = sorted(files["train"])
    for split, folders in files.items():
        if only := sorted(set(folders) - set(classes)):
            raise SmootError(f"{root / split}: class {', '.join(only)}: not in {root / 'train'}")
        if missing := sorted(set(classes) - set(folders)):
            raise SmootError(f"{root / split}: no folder for class {', '.join(missing)}; every class needs one")
    splits = {split: _source(folders, classes, params) for split, folders in files.items()}
    if "val" not in splits:
        size = params.val or max(len(classes), len(splits["train"]) // 10)
        splits["train"], splits["val"] = cut(splits["train"], size, params.seed)
    return Dataset(classes, {split: splits[split] for split in SPLITS}, leaks_refused=params.leaks == "refuse")


def where() -> str:
    return "yours"


def _source(folders: dict[str, list[Path]], classes: list[str], params: Params) -> Source:
    paths = [path for name in classes for path in folders[name]]
    labels = np.repeat(np.arange(len(classes)), [len(folders[name]) for name in classes])
    return photographs(paths, labels, params.size, params.channels)
