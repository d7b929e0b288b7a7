"""Scores one model by one panel: what the score stage does between reading a cell and writing its record."""

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from smoot.artifacts.dataset import DatasetInfo
from smoot.artifacts.scores import ScoreRecord
from smoot.core.progress import Progress
from smoot.core.seeding import derive
from smoot.scoring.apply_metric import apply_metric
from smoot.scoring.explainer import predictor
from smoot.scoring.map_scores import MapScores
from smoot.scoring.metric import Subject
from smoot.scoring.panel import BASELINE, Panel


def subject_of(
    model: nn.Module,
    images: np.ndarray,
    labels: np.ndarray,
    masks: np.ndarray,
    info: DatasetInfo,
    seed: int,
    device: torch.device,
) -> Subject:
    """The subject without maps. images, labels, masks: as a Subject has them. info: of their data set.

    model: in eval mode, on the device. seed: the panel's.
    """
    return Subject(
        model=model,
        images=images,
        labels=labels,
        masks=masks,
        maps=np.zeros((len(labels), 1, *images.shape[2:]), np.float32),
        explain=None,
        predict=predictor(model, device),
        classes=len(info.classes),
        seed=derive(seed, "metrics"),
        device=str(device),
        pixel_range=info.pixel_range,
        slots=None if info.slots is None else np.array(info.slots),
    )


def score(
    subject: Subject, panel: Panel, device: torch.device, label: str, baseline: Subject | None = None
) -> tuple[list[ScoreRecord], dict[str, np.ndarray]]:
    """(the records of all metrics, the scored model's maps by attribution).

    A metric of the model comes once, with attribution "". subject: without maps. baseline: the same of the baseline's
    model, where an attribution of the panel asks for it; `subject` itself where that is the scored model. label: of
    the progress.
    """
    own = replace(subject, shared={})
    subjects = {"": own}
    if baseline is not None:
        subjects[BASELINE] = own if baseline is subject else replace(baseline, shared={})
    maps, records, scores = MapScores(panel, subjects, device), [], panel.scores()
    with Progress(label, len(scores)) as progress:
        for attribution, name in scores:
            metric = panel.metric(name)
            records.append(maps.record(attribution, metric) if attribution else apply_metric(own, "", metric))
            progress.advance()
    return records, maps.maps
