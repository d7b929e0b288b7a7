"""Your own images: `train/`, `test/` and perhaps `val/`, each with a folder of image files for every class.

A folder, or a .zip or .tar archive of it, perhaps with masks or boxes of the objects. Images that change are not seen
by the workflow engines: `dvc repro -f -s fetch@KEY` or `snakemake -R fetch` reads them again.
"""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from smoot.artifacts.paths import SPLITS
from smoot.core.errors import SmootError
from smoot.data.contract import Dataset, DatasetCard, DatasetParams, Leaks, Source
from smoot.data.split import cut
from smoot.datasets._boxes import boxes_of, from_boxes
from smoot.datasets._class_folders import alike, class_folders, opened, split_folders
from smoot.datasets._decoding import ChannelMoments, most_bits
from smoot.datasets._own_masks import OwnMasks, mask_files
from smoot.datasets._photographs import MaskOf, Seen, photographs

CARD = DatasetCard(
    title="A folder of images",
    source="the user's own",
    licence="the user's own",
    size="yours",
    classes="yours",
    masks="yours, as image files or boxes",
)


class Params(DatasetParams):
    root: str = Field(min_length=1)
    """The folder, or a .zip or .tar archive of it. A relative path counts from the project's folder."""
    size: int = Field(64, ge=8, le=1024)
    """The side in pixels of the squares that images become. Training costs grow with its square."""
    channels: ChannelMoments = "rgb"
    """Whether images are read in colour, or as grey."""
    test: str = Field("test", pattern=r"^[^/\\]+$")
    """The folder of the test images, such as `val` where there is no other; validation images are then cut from
    train/."""
    val: int | None = Field(None, ge=1)
    """Validation images, cut from train/ where there is no val/. null: a tenth."""
    masks: str | None = Field(None, min_length=1)
    """A folder, or an archive, with an image file of masks for each image, under the same relative path and stem: for
    train/owl/1.jpg, train/owl/1.png. Of the size of its image, and turned, resized and cropped with it."""
    object: list[Annotated[int, Field(ge=0, le=65535)]] | None = Field(None, min_length=1)
    """The values of masks that are the object, such as [1, 3]. null: all above 0."""
    boxes: str | None = Field(None, min_length=1)
    """A CSV file with the columns file, x1, y1, x2, y2 (pixels from 0, the last ones inside; several rows of a file are
    joined), or COCO's JSON of instances, in the place of masks."""
    levels: Literal["auto"] | Annotated[int, Field(ge=8, le=16)] | None = None
    """How many bits of 16-bit files are in use, such as 12 of many scans: the upper 8 of them are kept. auto: as many
    as the largest value of all files needs. null: 16."""
    leaks: Leaks = "refuse"
    """What happens where an image is in more than one split, byte for byte: drop leaves it out of training, and of
    validation where the test set has it."""

    @model_validator(mode="after")
    def _keys_that_agree(self) -> "Params":
        if self.masks and self.boxes:
            raise ValueError("masks and boxes: both say where objects are; remove one")
        if self.test == "train":
            raise ValueError("test: train: a model is not tested on what it is trained on")
        if self.object is not None and not self.masks:
            raise ValueError("object: means values of masks, which are not given")
        return self


def load(params: Params) -> Dataset:
    """Classes are the folders' names in train/, in alphabetical order; other splits may write them in another case.

    Raises SmootError, before any image is decoded, where folders are missing, empty, unreadable or disagree on the
    classes, and where an image has no mask or box, or a mask or box no image.
    """
    root = opened(Path(params.root))
    masks = opened(Path(params.masks)) if params.masks else None
    names = {"train": "train", "val": "val", "test": params.test}
    if params.test == "val":
        del names["val"]
    present = split_folders(root, names, beside=(masks.resolve(),) if masks else ())
    present = {split: present.get(split, root / names[split]) for split in names if split != "val" or split in present}
    if "val" in present and params.val is not None:
        raise SmootError(f"{root / 'val'}: is there, so val: {params.val} in params.yaml means nothing; remove one")
    files = {split: class_folders(folder) for split, folder in present.items()}
    classes = sorted(files["train"])
    of_classes = {split: _by_class(root / names[split], folders, classes) for split, folders in files.items()}
    images = [path for folders in of_classes.values() for paths in folders for path in paths]
    mask_of, named = _masks(params, root, masks, images)
    bits = most_bits(images) if params.levels == "auto" else params.levels or 16
    seen, splits = Seen(), dict[str, Source]()
    for split, folders in of_classes.items():
        labels = np.repeat(np.arange(len(classes)), [len(paths) for paths in folders])
        paths = [path for own in folders for path in own]
        splits[split] = photographs(
            paths, labels, params.size, params.channels, mask_of, turn=True, bits=bits, seen=seen
        )
    if "val" not in splits:
        size = params.val or max(len(classes), len(splits["train"]) // 10)
        splits["train"], splits["val"] = cut(splits["train"], size, params.seed)

    def told() -> list[str]:
        return [*seen.told(), *(mask_of.told() if isinstance(mask_of, OwnMasks) else [])]

    return Dataset(classes, {split: splits[split] for split in SPLITS}, leaks=params.leaks, told=told, masks=named)


def where() -> str:
    return "yours"


def _by_class(split: Path, folders: dict[str, list[Path]], classes: list[str]) -> list[list[Path]]:
    """The files of each class, in the order of `classes`. Raises SmootError where the split has others or lacks one."""
    by_name = {alike(name): name for name in folders}
    if only := sorted(set(by_name) - {alike(name) for name in classes}):
        raise SmootError(f"{split}: class {', '.join(by_name[name] for name in only)}: not in {split.parent / 'train'}")
    if missing := [name for name in classes if alike(name) not in by_name]:
        raise SmootError(f"{split}: no folder for class {', '.join(missing)}; every class needs one")
    return [folders[by_name[alike(name)]] for name in classes]


def _masks(params: Params, root: Path, folder: Path | None, images: list[Path]) -> tuple[MaskOf | None, str | None]:
    """(the masks of the images, where they come from)."""
    if folder:
        values = "every value above 0" if params.object is None else f"the values {', '.join(map(str, params.object))}"
        return OwnMasks(mask_files(images, root, folder), params.object), f"image files of the user's own: {values}"
    if params.boxes:
        boxes = boxes_of(images, root, Path(params.boxes).expanduser())
        return from_boxes(boxes), f"boxes of the user's own: {Path(params.boxes).name}"
    return None, None
