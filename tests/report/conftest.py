"""A grid of made-up cells, written as the stages write them."""

import numpy as np
import pytest
from builders import PROJECT

from smoot.artifacts.paths import Cell
from smoot.core.files import write_csv, write_json, write_npz
from smoot.core.params_file import read
from smoot.grid import Grid

PARAMS = {"training": read(PROJECT / "workflow/presets/smoke.yaml")["training"]}
METHODS = ["baseline", "sgt", "untrained"]


def write_cell(cell: Cell, value: float, correct: list[bool], drop: float = 0.1) -> None:
    trained = cell.method != "untrained"
    description = {
        "title": "Toy",
        "classes": ["a", "b"],
        "sizes": {"train": 8, "val": 4, "test": 4},
        "source": "s",
        "licence": "l",
    }
    metrics = {"test_accuracy": value, "test_loss": 1 - value, "test_ece": 0.1, "val_accuracy": value}
    write_json(
        cell.run_folder / "run.json",
        {
            **cell.coordinates,
            "metrics": metrics,
            "epochs": 2 if trained else 0,
            "dataset_description": description,
            "masking": {"ranking": "random"} if cell.method == "sgt" else {},
            "params": PARAMS,
        },
    )
    rows = [
        {"epoch": n, "train_ce": 1 / n, "val_accuracy": value, "masked_images": 1.0, "masked_pixels": 0.5}
        for n in (1, 2)
        if trained
    ]
    write_csv(
        cell.run_folder / "history.csv", ["epoch", "train_ce", "val_accuracy", "masked_images", "masked_pixels"], rows
    )
    seconds = {"baseline": 10.0, "sgt": 25.0}.get(cell.method, 0.0)
    speed = 100.0 if trained else None
    write_json(
        cell.run_folder / "cost.json",
        {
            "train_seconds": seconds,
            "images_per_second": speed,
            "total_seconds": 1,
            "peak_memory_bytes": 2**20,
            "device": "cpu",
            "deterministic": cell.seed != 2,
        },
    )
    results = [
        {
            "attribution": attribution,
            "metric": metric,
            "component": component,
            "applies": True,
            "arguments": {},
            "values": values,
            "reason": reason,
            "curves": curves,
        }
        for attribution in ("gradient", "random")
        for metric, component, values, reason, curves in [
            (
                "accuracy_drop_uniform",
                "accuracy_drop",
                [drop] * 4,
                None,
                {"saliency": [[1] + [0] * 9] * 4, "random": [[1] * 10] * 4},
            ),
            ("sparseness", "sparseness", [value, value, 0.0, None], "1 of 4 maps are constant", {}),
            ("mprt", "mprt", [None] * 4, "refused", {}),
        ]
    ]
    reliance = {
        "metric": "shortcut_reliance",
        "component": "shortcut_reliance",
        "applies": True,
        "arguments": {},
        "reason": None,
        "curves": {},
    }
    results.insert(0, {"attribution": "", "values": [1.0, 0.0, 0.0, None], **reliance})
    path = cell.scores("quick")
    write_json(path, {**cell.coordinates, "correct": correct, "shares": {"object": 0.2}, "results": results})
    images = np.zeros((2, 1, 4, 4), np.uint8)
    masks = np.tile(np.arange(4, dtype=np.uint8)[:, None], (2, 1, 1, 4))
    maps = {f"map.{name}": np.ones((2, 1, 4, 4), np.float32) for name in ("gradient", "random")}
    write_npz(path.with_suffix(".npz"), {"images": images, "labels": np.array([0, 1]), "masks": masks, **maps})


@pytest.fixture
def make_grid(tmp_path, monkeypatch):
    """Writes the cells of these seeds; returns their grid."""
    monkeypatch.chdir(tmp_path)

    def make(seeds: list[int], datasets: tuple[str, ...] = ("toy",)) -> Grid:
        grid = Grid(datasets=list(datasets), models=["net"], methods=METHODS, seeds=seeds, panels=["quick"])
        for cell in grid.cells():
            value = {"baseline": 0.5, "sgt": 0.6, "untrained": 0.1}[cell.method] + cell.seed / 100
            right = {"baseline": [True, True, True, False], "sgt": [True, False, True, True], "untrained": [False] * 4}
            write_cell(cell, value, right[cell.method], drop=value - 0.4)
        return grid

    return make


@pytest.fixture
def grid(make_grid) -> Grid:
    return make_grid([0, 1, 2])
