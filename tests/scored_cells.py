"""A small data set and a model with drawn weights, on disk, to score."""

from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from smoot.artifacts.dataset import DatasetInfo, Region
from smoot.artifacts.paths import SPLITS, DataFolder, GridCell
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry

SIDE, SIZE = 8, 20
CLASSES = ("a", "b", "c", "d")
INFO = DatasetInfo(
    title="Toy",
    source="made here",
    licence="none",
    classes=CLASSES,
    sizes=dict.fromkeys(SPLITS, SIZE),
    shape=(1, SIDE, SIDE),
    mean=(0.4,),
    std=(0.2,),
    sha256={},
)


def write_data(dataset: str = "toy") -> None:
    """Noise, other in each split, with a square object."""
    folder = DataFolder(dataset)
    folder.path.mkdir(parents=True)
    for number, split in enumerate(SPLITS):
        rng = np.random.default_rng(number)
        masks = np.zeros((SIZE, 1, SIDE, SIDE), np.uint8)
        masks[:, :, 2:6, 2:6] = Region.OBJECT
        np.save(folder.array(split, "images"), rng.integers(0, 256, (SIZE, 1, SIDE, SIDE), dtype=np.uint8))
        np.save(folder.array(split, "labels"), np.arange(SIZE) % len(CLASSES))
        np.save(folder.array(split, "masks"), masks)
    INFO.write(folder.info)


def write_weights(cell: GridCell, model: dict[str, Any]) -> None:
    """As if the cell had been trained."""
    torch.manual_seed(0)
    cell.run_folder.mkdir(parents=True)
    network = create(ModelEntry(**model), 1, len(CLASSES), (SIDE, SIDE))
    save_file(network.state_dict(), cell.weights, metadata={"cell": str(cell)})


def view(cell: GridCell, model: dict[str, Any], panel: dict[str, Any]) -> dict[str, Any]:
    """What the score stage reads of params.yaml, for the panel `p`."""
    compute = {"threads": 1, "device": "cpu", "precision": "fp32"}
    return {"compute": compute, f"models.{cell.model}": model, "panels.p": panel, "report.baseline": "baseline"}
