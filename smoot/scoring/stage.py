"""`smoot score`: scores one trained cell by one panel."""

from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from torch import nn

from smoot.artifacts.dataset import Split, normalise, open_split, read_info
from smoot.artifacts.paths import Cell, DataFolder
from smoot.artifacts.scores import PanelScores, ScoreRecord, write_maps
from smoot.core.components import Entry
from smoot.core.errors import ParamsError
from smoot.core.machine import Compute, Machine
from smoot.core.progress import Progress, say
from smoot.core.seeding import derive
from smoot.models.model_entry import ModelEntry
from smoot.scoring.apply_metric import apply_metric, without_maps
from smoot.scoring.cache import remember
from smoot.scoring.explainer import Explainer, predictor
from smoot.scoring.metric import NotApplicableError, Subject, UndefinedError
from smoot.scoring.panel import Panel, attribution_record
from smoot.scoring.region_shares import region_shares
from smoot.scoring.trained_model import load


def run(cell: Cell, panel: str, view: dict[str, Any]) -> None:
    """Writes the panel's scores and the gallery's maps. Raises SmootError where data or weights are not there, whole.

    view: its blocks of params.yaml, by their dotted names.
    """
    machine = Machine(Compute.model_validate(view["compute"]))
    params = Panel.model_validate(view[f"panels.{panel}"])
    folder = DataFolder(cell.dataset)
    info = read_info(folder)
    if wrong := params.beyond(panel, cell.dataset, info):
        raise ParamsError(wrong)
    rows, split = subset(open_split(folder, info, params.split), params)
    model, digest = load(cell, ModelEntry.of(cell.model, view[f"models.{cell.model}"]), info, machine)
    images = normalise(split.images.astype(np.float32), *info.scale)
    predict = predictor(model, machine.device)

    subject = Subject(
        model=model,
        images=images,
        labels=split.labels,
        masks=split.masks,
        maps=np.zeros((len(split), 1, *images.shape[2:]), np.float32),
        explain=None,
        predict=predict,
        classes=len(info.classes),
        seed=derive(params.seed, "metrics"),
        device=machine.device.type,
        pixel_range=info.pixel_range,
        slots=None if info.slots is None else np.array(info.slots),
    )
    predictions = predict(images).argmax(1)
    results, maps = score(subject, params, machine, f"score {cell} {panel}")

    shown = np.arange(len(split))[: params.gallery]
    write_maps(cell, panel, split.take(shown), {name: values[shown] for name, values in maps.items()})
    PanelScores(
        dataset=cell.dataset,
        model=cell.model,
        method=cell.method,
        seed=cell.seed,
        panel=panel,
        weights_sha256=digest,
        split=params.split,
        images=tuple(rows.tolist()),
        labels=tuple(split.labels.tolist()),
        predictions=tuple(predictions.tolist()),
        shares=region_shares(split.masks),
        attributions={name: attribution_record(params.attribution(name)) for name in params.attributions},
        results=tuple(results),
        params=view,
    ).write(cell.scores(panel))
    say(f"{cell}: panel {panel}: {len(results)} scores of {len(split)} images")


def score(
    subject: Subject, panel: Panel, machine: Machine, label: str
) -> tuple[list[ScoreRecord], dict[str, np.ndarray]]:
    """(the records of all metrics, the maps by attribution). A metric of the model comes once, with attribution "".

    subject: without maps. label: of the progress.
    """
    subject = replace(subject, shared={})
    records, maps, scores = [], {}, panel.scores()
    with Progress(label, len(scores)) as progress:
        for attribution, names in groupby(scores, itemgetter(0)):
            with_maps, reason = subject, None
            if attribution:
                try:
                    with_maps = explained(subject, panel.attribution(attribution), machine)
                    maps[attribution] = with_maps.maps
                except NotApplicableError as error:
                    reason = str(error)
            for _, name in names:
                metric = panel.metric(name)
                if reason is None:
                    records.append(apply_metric(with_maps, attribution, metric))
                else:
                    records.append(without_maps(len(subject), attribution, metric, reason))
                progress.advance()
    return records, maps


def explained(subject: Subject, attribution: Entry, machine: Machine) -> Subject:
    """The subject with its maps by the attribution. Raises NotApplicableError where it says nothing of the model."""
    explain = remember(Explainer(attribution.load(), attribution.params(), machine.device), subject.model)
    maps = explain(subject.model, subject.images, subject.labels)

    def again(model: nn.Module, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        try:
            return explain(model, images, labels)
        except NotApplicableError as error:  # it applies to the model and the images as they are
            raise UndefinedError(f"no {attribution.key} map of a changed image or model: {error}") from error

    return replace(subject, maps=maps, explain=again, complete=attribution_record(attribution).complete)


def subset(split: Split, panel: Panel) -> tuple[np.ndarray, Split]:
    """(places in the split, the images there): the same for every model, in a random order."""
    order = np.random.default_rng(derive(panel.seed, "subset")).permutation(len(split))[: panel.images]
    return order, split.take(order)
