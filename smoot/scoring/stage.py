"""`smoot score`: scores one trained cell by one panel."""

from dataclasses import replace
from typing import Any

import numpy as np

from smoot.artifacts.dataset import Split, normalise, open_split, read_info
from smoot.artifacts.paths import DataFolder, GridCell
from smoot.artifacts.scores import PanelScores, write_maps
from smoot.core.errors import ParamsError
from smoot.core.machine import Compute, Machine
from smoot.core.progress import say
from smoot.core.seeding import derive
from smoot.models.model_entry import ModelEntry
from smoot.scoring.explainer import predictor
from smoot.scoring.panel import Panel
from smoot.scoring.region_shares import region_shares
from smoot.scoring.score_panel import score, subject_of
from smoot.scoring.trained_model import load


def score_cell(cell: GridCell, panel: str, view: dict[str, Any]) -> None:
    """Writes the panel's scores and the gallery's maps. Raises SmootError where data or weights are not there, whole.

    view: its blocks of params.yaml, by their dotted names.
    """
    machine = Machine(Compute.model_validate(view["compute"]))
    params = Panel.model_validate(view[f"panels.{panel}"])
    folder = DataFolder(cell.dataset)
    info = read_info(folder)
    if wrong := params.beyond(panel, cell.dataset, info):
        raise ParamsError(wrong)
    seed = params.seed_of(cell.seed)
    rows, split = subset(open_split(folder, info, params.split), params.images, seed)
    entry = ModelEntry.of(cell.model, view[f"models.{cell.model}"])
    model, digest = load(cell, entry, info, machine)
    images = normalise(split.images.astype(np.float32), *info.scale)
    subject = subject_of(model, images, split.labels, split.masks, info, seed, machine.device)
    predictions = subject.predict(images).argmax(1)
    baseline, baseline_digest, of_baseline = None, "", replace(cell, method=view["report.baseline"])
    if params.asks_baseline:
        baseline, baseline_digest = subject, digest
        if of_baseline != cell:
            other, baseline_digest = load(of_baseline, entry, info, machine)
            baseline = replace(subject, model=other, predict=predictor(other, machine.device))
    results, maps = score(subject, params, machine.device, f"score {cell} {panel}", baseline)

    shown = np.arange(len(split))[: params.gallery]
    write_maps(cell, panel, split.take(shown), {name: values[shown] for name, values in maps.items()})
    PanelScores(
        dataset=cell.dataset,
        model=cell.model,
        method=cell.method,
        seed=cell.seed,
        panel=panel,
        weights_sha256=digest,
        baseline_sha256=baseline_digest,
        split=params.split,
        images=tuple(rows.tolist()),
        labels=tuple(split.labels.tolist()),
        predictions=tuple(predictions.tolist()),
        shares=region_shares(split.masks),
        attributions={name: params.record(name) for name in params.attributions},
        results=tuple(results),
        params=view,
    ).write(cell.scores(panel))
    say(f"{cell}: panel {panel}: {len(results)} scores of {len(split)} images")


def subset(split: Split, images: int, seed: int) -> tuple[np.ndarray, Split]:
    """(places in the split, the images there): so many, in a random order, the same for every model."""
    order = np.random.default_rng(derive(seed, "subset")).permutation(len(split))[:images]
    return order, split.take(order)
