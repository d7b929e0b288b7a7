"""Scores one model by one panel: what the score stage does between reading a cell and writing its record."""

from dataclasses import replace
from itertools import groupby
from operator import itemgetter

import numpy as np
from torch import nn

from smoot.artifacts.dataset import DatasetInfo
from smoot.artifacts.scores import ScoreRecord
from smoot.core.components import Entry
from smoot.core.machine import Machine
from smoot.core.progress import Progress
from smoot.core.seeding import derive
from smoot.scoring.apply_metric import apply_metric, without_maps
from smoot.scoring.cache import remember
from smoot.scoring.explainer import Explainer, predictor
from smoot.scoring.metric import NotApplicableError, Subject, UndefinedError
from smoot.scoring.panel import Panel, attribution_record


def subject_of(
    model: nn.Module,
    images: np.ndarray,
    labels: np.ndarray,
    masks: np.ndarray,
    info: DatasetInfo,
    seed: int,
    machine: Machine,
) -> Subject:
    """The subject without maps. images, labels, masks: as a Subject has them. info: of their data set.

    model: in eval mode, on the machine's device. seed: the panel's.
    """
    return Subject(
        model=model,
        images=images,
        labels=labels,
        masks=masks,
        maps=np.zeros((len(labels), 1, *images.shape[2:]), np.float32),
        explain=None,
        predict=predictor(model, machine.device),
        classes=len(info.classes),
        seed=derive(seed, "metrics"),
        device=str(machine.device),
        pixel_range=info.pixel_range,
        slots=None if info.slots is None else np.array(info.slots),
    )


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
