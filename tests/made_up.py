"""Made-up cells, written as the stages write them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from builders import PROJECT

from smoot.artifacts.dataset import DatasetSummary, Split
from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import GridCell
from smoot.artifacts.run import Cost, RunRecord, write_history
from smoot.artifacts.scores import (
    AttributionRecord,
    Curve,
    MetricInfo,
    PanelScores,
    ScoreRecord,
    read_scores,
    write_maps,
)
from smoot.core.params_file import read_params
from smoot.engines.stages import stage_blocks
from smoot.report.evidence.evidence import read_evidence
from smoot.report.study import Study

RAW = read_params(PROJECT / "workflow/presets/smoke.yaml")
METHODS = ["baseline", "sgt", "untrained"]
VALUES = {"baseline": 0.5, "sgt": 0.6, "untrained": 0.1}
RIGHT = {"baseline": [True, True, True, False], "sgt": [True, False, True, True], "untrained": [False] * 4}
SUMMARY = DatasetSummary(
    title="Toy", source="s", licence="l", classes=("a", "b"), sizes={"train": 8, "val": 4, "test": 4}
)
REMOVED = tuple(place / 10 for place in range(10))
INFOS = {
    "accuracy_drop": MetricInfo(
        title="Accuracy drop, random − saliency",
        category="faithfulness",
        higher_is_better=True,
        citation="c",
        correct_only=False,
        summaries=("random_area", "saliency_area"),
        difference=("random_area", "saliency_area"),
    ),
    "sparseness": MetricInfo(title="Sparseness", category="complexity", higher_is_better=True, citation="c"),
    "mprt": MetricInfo(
        title="Model parameter randomisation", category="randomisation", higher_is_better=False, citation="c"
    ),
    "shortcut_reliance": MetricInfo(
        title="Shortcut reliance",
        category="performance",
        higher_is_better=False,
        citation="c",
        correct_only=False,
        of_model=True,
    ),
}


def run_record(method: str, **fields: Any) -> RunRecord:
    """Of a run that is written nowhere."""
    record = {"component": method, "trained": True, "metrics": {}, "epochs": 2, "kept_epoch": 2, "parameters": 100}
    record |= {"dataset_summary": SUMMARY, "weights_sha256": "", "history_sha256": "", "params": {}}
    return RunRecord(dataset="toy", model="net", method=method, seed=0, **record | fields)


def write_run(cell: GridCell, value: float, **fields: Any) -> None:
    """A run of that accuracy. fields: those of its record that differ."""
    trained = cell.method != "untrained"
    measured = {"accuracy": value, "loss": 1 - value, "ece": 0.1}
    record = {
        "component": cell.method,
        "trained": trained,
        "metrics": {f"{split}_{name}": number for split in ("test", "val") for name, number in measured.items()},
        "epochs": 2 if trained else 0,
        "kept_epoch": 2 if trained else 0,
        "parameters": 100,
        "dataset_summary": SUMMARY,
        "masking": {"ranking": "random"} if cell.method == "sgt" else {},
        "weights_sha256": "",
        "params": {"training": RAW["training"]},
    }
    masked = {"masked_images": 1.0, "masked_pixels": 0.5}
    epochs = (1, 2) if trained else ()
    rows = [{"epoch": n, "train_ce": 1 / n, "val_accuracy": value, **masked} for n in epochs]
    record["history_sha256"] = write_history(cell, rows)
    RunRecord(**cell.coordinates, **record | fields).write(cell.run_record)
    Cost(
        **cell.coordinates,
        train_seconds={"baseline": 10.0, "sgt": 25.0}.get(cell.method, 0.0),
        images_per_second=100.0 if trained else None,
        total_seconds=1.0,
        peak_memory_bytes=2**20,
        machine={"device": "cpu"},
        deterministic=cell.seed != 2,
    ).write(cell.cost)


def score(component: str, values: list[float | None], attribution: str = "gradient", **fields: Any) -> ScoreRecord:
    """Of four images. fields: those of the record that differ."""
    record = {
        "attribution": attribution,
        "metric": component,
        "component": component,
        "arguments": {},
        "has_settings": component == "accuracy_drop",
        "info": INFOS.get(component),
        "applies": True,
        "values": tuple(values),
        "reason": None,
    }
    return ScoreRecord(**record | fields)


def accuracy_drop(drop: float, attribution: str) -> ScoreRecord:
    """Two curves whose areas differ by `drop`."""
    lines = {"saliency": (1.0, *[0.0] * 9), "random": (1.0,) * 10}
    axes = {"x": REMOVED, "x_label": "fraction of pixels removed", "y_label": "accuracy", "limits": (0.0, 1.0)}
    return score(
        "accuracy_drop",
        [drop] * 4,
        attribution,
        metric="accuracy_drop_uniform",
        curves={name: Curve(values=(line,) * 4, **axes) for name, line in lines.items()},
        summaries={"saliency_area": (0.5 / 9,) * 4, "random_area": (0.5 / 9 + drop,) * 4},
    )


def write_panel(cell: GridCell, panel: str, scores: list[ScoreRecord], **fields: Any) -> None:
    """The scores of four images by a panel, and two maps by two attributions. fields: as in `write_run`."""
    right = RIGHT[cell.method]
    record = {
        "panel": panel,
        "weights_sha256": "",
        "split": "test",
        "images": (0, 1, 2, 3),
        "labels": (0, 1, 0, 1),
        "predictions": tuple(label if hit else 1 - label for label, hit in zip((0, 1, 0, 1), right, strict=True)),
        "shares": {"object": 0.2},
        "attributions": {
            "gradient": AttributionRecord(component="gradient"),
            "random": AttributionRecord(component="random", null=True),
        },
        "results": tuple(scores),
        "params": {},
    }
    PanelScores(**cell.coordinates, **record | fields).write(cell.scores(panel))
    masks = np.tile(np.arange(4, dtype=np.uint8)[:, None], (2, 1, 1, 4))
    shown = Split(np.zeros((2, 1, 4, 4), np.uint8), np.array([0, 1]), masks)
    write_maps(cell, panel, shown, {name: np.ones((2, 1, 4, 4), np.float32) for name in ("gradient", "random")})


def usual_scores(value: float) -> list[ScoreRecord]:
    """What the panel `quick` of the made-up cells has."""
    scores = [score("shortcut_reliance", [1.0, 0.0, 0.0, None], attribution="")]
    for attribution in ("gradient", "random"):
        scores += [
            accuracy_drop(value - 0.4, attribution),
            score("sparseness", [value, value, 0.0, None], attribution, reason="1 of 4 maps are constant"),
            score("mprt", [None] * 4, attribution, reason="refused"),
        ]
    return scores


def value_of(cell: GridCell) -> float:
    """What a made-up cell scores."""
    return VALUES[cell.method] + cell.seed / 100


def with_validation(grid: Grid) -> Grid:
    """The grid with a second panel, of validation images."""
    for cell in grid.cells():
        own = value_of(cell)
        drop = accuracy_drop(own - 0.3, "gradient").model_copy(update={"metric": "accuracy_drop_chosen"})
        write_panel(cell, "choice", [drop], split="val", shares={})
    return grid.model_copy(update={"panels": ["quick", "choice"]})


def rewrite(cell: GridCell, change: Callable[[ScoreRecord], ScoreRecord], panel: str = "quick", **fields: Any) -> None:
    """Changes the scores of a cell, and fields of its panel's record."""
    record = read_scores(cell, panel)
    results = tuple(change(result) for result in record.results)
    record.model_copy(update={"results": results, **fields}).write(cell.scores(panel))


def view(grid: Grid, **report: Any) -> dict[str, Any]:
    """What the stage is given. report: options of the report."""
    raw = dict(RAW)
    raw["grid"] = grid.model_dump()
    raw["report"] = raw["report"] | {"name": "toy", "formats": ["svg"]} | report
    return {block: raw[block] for block in stage_blocks("report")}


def study(grid: Grid, **report: Any) -> Study:
    """Of the made-up cells that are there. report: options of the report."""
    params = view(grid, **report)
    return Study(read_evidence(grid, params), params)
