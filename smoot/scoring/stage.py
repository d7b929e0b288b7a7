"""`smoot score`: scores one trained cell by one panel."""

from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from safetensors.torch import load_file
from torch import nn

from smoot.artifacts.paths import Cell, data_folder
from smoot.core import components
from smoot.core.errors import SmootError
from smoot.core.files import write_json, write_npz
from smoot.core.machine import Compute, Machine
from smoot.core.progress import Progress, say
from smoot.core.seeding import derive
from smoot.data import store
from smoot.models.create import create
from smoot.models.entry import ModelEntry
from smoot.scoring.apply_metric import evaluate, nothing
from smoot.scoring.cache import remember
from smoot.scoring.explainer import Explainer, predictor
from smoot.scoring.metric import NotApplicableError, Subject, UndefinedError
from smoot.scoring.panel import Panel
from smoot.scoring.regions import shares


def blocks(cell: Cell, panel: str) -> list[str]:
    """The blocks of params.yaml that this stage reads."""
    return ["compute", f"models.{cell.model}", f"panels.{panel}"]


def run(cell: Cell, panel: str, view: dict[str, Any]) -> None:
    machine = Machine(Compute.model_validate(view["compute"]))
    params = Panel.model_validate(view[f"panels.{panel}"])
    folder = data_folder(cell.dataset)
    description = store.describe(folder)
    chosen, split = subset(store.open_split(folder, "test"), params)
    model = load(cell, ModelEntry.model_validate(view[f"models.{cell.model}"]), description, machine)
    images = normalise(split.images, description)
    predict = predictor(model, machine.device)
    predictions = predict(images).argmax(1)

    subject = Subject(
        model=model,
        images=images,
        labels=split.labels,
        masks=split.masks,
        maps=np.zeros((len(split), 1, *images.shape[2:]), np.float32),
        explain=None,
        predict=predict,
        classes=len(description["classes"]),
        seed=derive(params.seed, "metrics"),
        device=machine.device.type,
        slots=np.array(description["slots"]) if "slots" in description else None,
    )
    results, maps = score(subject, params, machine, f"score {cell} {panel}")
    shown = {array: getattr(split, array) for array in store.ARRAYS}
    shown |= {f"map.{attribution}": values for attribution, values in maps.items()}

    path = cell.scores(panel)
    write_npz(path.with_suffix(".npz"), {name: array[: params.gallery] for name, array in shown.items()})
    write_json(
        path,
        {
            **cell.coordinates,
            "panel": panel,
            "images": chosen.tolist(),
            "labels": split.labels.tolist(),
            "predictions": predictions.tolist(),
            "correct": (predictions == split.labels).tolist(),
            "shares": shares(split.masks),
            "results": results,
        },
    )
    say(f"{cell}: panel {panel}: {len(results)} scores of {len(split)} images")


def score(
    subject: Subject, panel: Panel, machine: Machine, label: str
) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """(the records of all metrics, the maps by attribution). A metric of the model comes once, with attribution "".

    subject: without maps. label: of the progress.
    """
    subject = replace(subject, shared={})
    records, maps, scores = [], {}, panel.scores()
    with Progress(label, len(scores)) as progress:
        for attribution, names in groupby(scores, itemgetter(0)):
            of, reason = subject, None
            if attribution:
                try:
                    of = explained(subject, attribution, panel.attributions[attribution], machine)
                    maps[attribution] = of.maps
                except NotApplicableError as error:
                    reason = str(error)
            for _, name in names:
                entry = components.resolve("metrics", name, panel.metrics[name])
                metric = entry.component, entry.arguments
                record = evaluate(of, *metric) if reason is None else nothing(len(of), *metric, reason)
                records.append({"attribution": attribution, "metric": name} | record)
                progress.advance()
    return records, maps


def explained(subject: Subject, attribution: str, arguments: dict[str, Any], machine: Machine) -> Subject:
    """The subject with its maps by the attribution. Raises NotApplicableError where it says nothing of the model."""
    component = components.load("attributions", attribution)
    explain = remember(Explainer(component, component.Params.model_validate(arguments), machine.device), subject.model)
    maps = explain(subject.model, subject.images, subject.labels)

    def again(model: nn.Module, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        try:
            return explain(model, images, labels)
        except NotApplicableError as error:  # it applies to the model and the images as they are
            raise UndefinedError(f"no {attribution} map of a changed image or model: {error}") from error

    return replace(subject, maps=maps, explain=again, complete=getattr(component, "COMPLETE", False))


def subset(test: store.Split, panel: Panel) -> tuple[np.ndarray, store.Split]:
    """(places in the test split, the images there): the same for every model, in a random order."""
    order = np.random.default_rng(derive(panel.seed, "subset")).permutation(len(test))[: panel.images]
    return order, test.take(order)


def normalise(images: np.ndarray, description: dict[str, Any]) -> np.ndarray:
    """(n, C, H, W) float32, as in training."""
    mean, std = (np.asarray(description[key], np.float32)[:, None, None] * 255 for key in ("mean", "std"))
    return (images.astype(np.float32) - mean) / std


def load(cell: Cell, model: ModelEntry, description: dict[str, Any], machine: Machine) -> nn.Module:
    """The trained model, in eval mode, its parameters frozen. Raises SmootError where it has not been trained."""
    weights = cell.run_folder / "model.safetensors"
    if not weights.exists():
        raise SmootError(f"{weights}: not there; train the cell first")
    channels, height, width = description["shape"]
    # The weights are on disk: timm need not load its own.
    model = model.model_copy(update={"kwargs": model.kwargs | {"pretrained": False}})
    network = create(model, channels, len(description["classes"]), (height, width))
    try:
        network.load_state_dict(load_file(weights))
    except RuntimeError as error:
        raise SmootError(f"{weights}: not the weights of model {cell.model}; train the cell again: {error}") from None
    return machine.place(network).eval().requires_grad_(False)
