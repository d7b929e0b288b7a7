"""Made-up cells for `benchmarks.report`, written as the stages write them."""

import json
from contextlib import chdir
from math import ceil, prod
from pathlib import Path
from typing import Any

import numpy as np

from smoot.artifacts.dataset import DatasetSummary, Split
from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import GridCell
from smoot.artifacts.run import Control, Cost, RunRecord, write_history
from smoot.artifacts.scores import AttributionRecord, Curve, MetricInfo, PanelScores, ScoreRecord, write_maps
from smoot.core.params_file import read_params, view
from smoot.engines.stages import stage_blocks

PROJECT = Path(__file__).parent.parent
PANEL, IMAGES, SHOWN, POINTS, EPOCHS = "usual", 96, 6, 10, 5
METHODS = [
    "baseline", "sgt", "smoot", "random_mask", "no_mask", "scheduled_mask", "baseline_equal_compute", "adversarial",
    "gradient_penalty", "untrained",
]  # fmt: skip
ATTRIBUTIONS = {
    name: AttributionRecord(component=name, null=name == "random")
    for name in ("gradient", "integrated_gradients", "random")
}
WITH_CURVES = {"accuracy_drop": "accuracy_drop", "accuracy_drop_mean": "accuracy_drop"}
METRICS = [
    *WITH_CURVES,
    "faithfulness_correlation", "max_sensitivity", "local_lipschitz", "relevance_mass", "relevance_rank", "sparseness",
    "complexity", "mprt", "random_logit",
]  # fmt: skip
CONTROLS = {
    "random_mask": Control(of=("sgt",)),
    "no_mask": Control(of=("sgt",)),
    "scheduled_mask": Control(of=("smoot",), equal=("masked_images", "masked_pixels")),
    "baseline_equal_compute": Control(of=("smoot",), equal=("train_seconds",)),
}
SUMMARY = DatasetSummary(
    title="Made up", source="nobody", licence="none", classes=tuple("0123456789"),
    sizes={"train": 4000, "val": 1000, "test": 1000},
)  # fmt: skip


def write_cells(folder: Path, runs: int) -> Path:
    """The file of what the report's stage is given. The cells are written into the folder, unless they are there.

    runs: so many or a few more are written, as every method has equally many seeds.
    """
    done = folder / "view.json"
    if not done.exists():
        raw = params(runs)
        folder.mkdir(parents=True, exist_ok=True)
        with chdir(folder):
            for cell in Grid.model_validate(raw["grid"]).cells():
                write_cell(cell, raw)
        done.write_text(json.dumps({block: raw[block] for block in stage_blocks("report")}))
    return done


def params(runs: int) -> dict[str, Any]:
    """params.yaml of such a grid."""
    few = runs < 100
    methods = METHODS[:2] + METHODS[-1:] if few else METHODS
    kinds = {"datasets": ["one"] if few else ["one", "two"], "models": ["cnn"] if few else ["cnn", "vit"]}
    seeds = ceil(runs / prod(map(len, [methods, *kinds.values()])))
    raw = read_params(PROJECT / "workflow/presets/smoke.yaml")
    raw["grid"] = {**kinds, "methods": methods, "seeds": list(range(seeds)), "panels": [PANEL]}
    raw |= {kind: {name: {} for name in names} for kind, names in (kinds | {"methods": methods}).items()}
    entries = {"attributions": {key: {} for key in ATTRIBUTIONS}, "metrics": {key: {} for key in METRICS}}
    raw["panels"] = {PANEL: {"images": IMAGES, "gallery": SHOWN, **entries}}
    raw["report"] |= {"name": "made_up", "title": "Made up", "gallery": SHOWN}
    return raw


def write_cell(cell: GridCell, raw: dict[str, Any]) -> None:
    rng = np.random.default_rng([*str(cell).encode()])
    quality = METHODS.index(cell.method) / 30 + rng.normal(0, 0.02)
    write_run(cell, raw, rng, quality)
    rows = rng.choice(1000, IMAGES, replace=False)
    labels = rng.integers(0, 10, IMAGES)
    wrong = rng.random(IMAGES) < 0.03
    PanelScores(
        **cell.coordinates,
        panel=PANEL,
        weights_sha256="",
        split="test",
        images=tuple(rows.tolist()),
        labels=tuple(labels.tolist()),
        predictions=tuple(((labels + wrong) % 10).tolist()),
        shares={"object": 0.25},
        attributions=ATTRIBUTIONS,
        results=tuple(
            score(rng, metric, name, quality * (name != "random")) for name in ATTRIBUTIONS for metric in METRICS
        ),
        params=view(raw, stage_blocks("score", model=cell.model, panel=PANEL)),
    ).write(cell.scores(PANEL))
    images = rng.integers(0, 255, (SHOWN, 1, 14, 14), dtype=np.uint8)
    shown = Split(images, labels[:SHOWN], images % 2)
    write_maps(cell, PANEL, shown, {name: rng.normal(size=images.shape).astype(np.float32) for name in ATTRIBUTIONS})


def write_run(cell: GridCell, raw: dict[str, Any], rng: np.random.Generator, quality: float) -> None:
    trained = cell.method != "untrained"
    masked = ("masked_images", "masked_pixels", "masked_pixels_q1", "masked_pixels_q3")
    columns = ("train_ce", "val_accuracy", "val_loss", *masked)
    history = [{"epoch": n + 1, **dict(zip(columns, rng.random(7).tolist(), strict=True))} for n in range(EPOCHS)]
    measured = {"accuracy": 0.6 + quality, "loss": 1 - quality, "ece": 0.1 + quality / 10}
    RunRecord(
        **cell.coordinates,
        component=cell.method,
        trained=trained,
        control=CONTROLS.get(cell.method),
        metrics={f"{split}_{name}": value for split in ("val", "test") for name, value in measured.items()},
        epochs=EPOCHS if trained else 0,
        kept_epoch=EPOCHS if trained else 0,
        parameters=100_000,
        dataset_summary=SUMMARY,
        weights_sha256="",
        history_sha256=write_history(cell, history if trained else []),
        params=view(raw, stage_blocks("train", **cell.coordinates)),
    ).write(cell.run_record)
    Cost(
        **cell.coordinates,
        train_seconds=30.0 + rng.random() if trained else 0.0,
        images_per_second=1000.0 if trained else None,
        total_seconds=40.0,
        peak_memory_bytes=2**28,
        machine={"device": "cpu", "precision": "fp32", "threads": 1, "torch": "2.9.0", "numpy": "2.3.0"},
        deterministic=True,
    ).write(cell.cost)


def score(rng: np.random.Generator, metric: str, attribution: str, quality: float) -> ScoreRecord:
    component = WITH_CURVES.get(metric)
    values = rng.normal(quality, 0.3, IMAGES).astype(np.float32).astype(float)
    areas = {"random_area": values / 2 + 0.5, "saliency_area": 0.5 - values / 2} if component else {}
    # What a model gets right is 0 or 1; other curves have floats of all digits.
    heights = rng.random((2, IMAGES, POINTS)).astype(np.float32).astype(float)
    heights = (heights < 0.5).astype(float) if metric == "accuracy_drop" else heights
    return ScoreRecord(
        attribution=attribution,
        metric=metric,
        component=component or metric,
        arguments={},
        has_settings=component is not None,
        info=MetricInfo(
            title=metric,
            category="faithfulness" if component else "complexity",
            higher_is_better=True,
            citation="nobody",
            correct_only=component is None,
            summaries=tuple(areas),
            difference=("random_area", "saliency_area") if component else None,
        ),
        applies=True,
        values=tuple(values.tolist()),
        reason=None,
        summaries={name: tuple(area.tolist()) for name, area in areas.items()},
        curves={
            line: Curve(
                x=tuple((np.arange(POINTS) / POINTS).tolist()),
                x_label="fraction of pixels removed",
                y_label="accuracy" if metric == "accuracy_drop" else "probability",
                values=tuple(map(tuple, height.tolist())),
                limits=(0.0, 1.0),
                reference=line == "random",
            )
            for line, height in zip(areas, heights, strict=False)
        },
    )
