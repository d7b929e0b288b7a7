"""A panel's scores of a user's model and images."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from torch import nn

from smoot.api._inputs import (
    AnyArray,
    Channels,
    Entries,
    described_array,
    entries_of,
    images_of,
    labels_of,
    logits_shape,
    masks_of,
    valid,
)
from smoot.api._process import borrowed
from smoot.artifacts.dataset import DatasetInfo
from smoot.artifacts.paths import GridCell
from smoot.artifacts.results import image_scores, result_table, scored_rows
from smoot.artifacts.scores import ScoreRecord
from smoot.core.errors import SmootError
from smoot.scoring import score_panel
from smoot.scoring.panel import Panel

SUMMARY_COLUMNS = ["attribution", "metric", "value", "images", "status", "reason"]
PER_IMAGE = ["attribution", "metric", "image", "correct", "value"]


def score(
    model: nn.Module,
    images: AnyArray,
    labels: AnyArray,
    *,
    attributions: Entries,
    metrics: Entries,
    masks: AnyArray | None = None,
    mean: Channels | None = None,
    std: Channels | None = None,
    seed: int = 0,
    correct: AnyArray | None = None,
    per_image: bool = False,
) -> pd.DataFrame:
    """Scores a model by every metric, and each of its attributions by every metric of maps.

    The numbers are those of the score stage. The model is put in eval mode for the call. Afterwards it is as it was,
    and so are the random streams of Python, NumPy and torch.

    Args:
        model: Maps images (n, channels, height, width) to logits (n, classes). Its weights are float32, on any device.
        images: (n, channels, height, width) floats, an array or a tensor, normalised as the model takes them, n ≥ 2.
            A metric that replaces pixels takes what it fills in from the image itself; 0 is the image that
            `completeness` compares with.
        labels: (n,) whole numbers, the true classes, from 0 to classes − 1. They are what is explained.
        attributions: Names, or a mapping of names of your own to options, as in params.yaml:
            `{"ig_20": {"attribution": "integrated_gradients", "steps": 20}}`.
        metrics: The same, by the key `metric`. `smoot list metrics` lists them, with direction, range and price.
            Options in normalised pixels, such as `radius`, are in the units of the images.
        masks: (n, height, width) bools, true on the object, for metrics of localisation. Or numbers: 0 background,
            1 object, 2 distractor, 3 shortcut.
        mean: What the normalisation took from pixels between 0 and 1: a number, or one for each channel. It is needed
            by metrics that change pixels by a given amount, such as `adversarial_accuracy`.
        std: What the normalisation divided by; as `mean`.
        seed: Of the metrics' random draws, at least 0.
        correct: (n,) bools, the images that a mean is over, for a metric of maps whose model should be right. By
            default those that the model gets right. To compare models, give those that all of them get right.
        per_image: Whether to return the value of every image, and not their mean.

    Returns:
        One row for each attribution and metric, with the columns `attribution` (empty for a metric of the model),
        `metric`, `value` (the mean), `images` (how many the mean is over), `status` ("ok", "undefined" or "not
        applicable") and `reason`. With `per_image`: `attribution`, `metric`, `image` (its place), `correct` (whether
        the model is right) and `value`, NaN where there is none. A metric with summaries, such as the areas of
        `accuracy_drop`, has rows for these too.

    Raises:
        SmootError: An argument has the wrong shape, type or range, or an attribution, metric or option does not exist.

    Examples:
        >>> import torch
        >>> from smoot import score
        >>> _ = torch.manual_seed(0)
        >>> model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3))
        >>> images = torch.randn(6, 1, 8, 8)
        >>> labels = model(images).argmax(1)
        >>> frame = score(
        ...     model,
        ...     images,
        ...     labels,
        ...     attributions=["gradient", "random"],
        ...     metrics={"drop": {"metric": "accuracy_drop", "fill": "uniform"}},
        ... )
        >>> frame[["attribution", "metric", "images", "status"]]
          attribution              metric  images status
        0    gradient                drop       6     ok
        1    gradient    drop_random_area       6     ok
        2    gradient  drop_saliency_area       6     ok
        3      random                drop       6     ok
        4      random    drop_random_area       6     ok
        5      random  drop_saliency_area       6     ok
    """
    array = images_of(images)
    panel = _panel(len(array), seed, attributions, metrics)
    regions = masks_of(masks, array.shape)
    counted = None if correct is None else _bools(correct, len(array))
    with borrowed(model) as device:
        classes = logits_shape(model, torch.from_numpy(array[:2]).to(device))
        truth = labels_of("labels", labels, len(array), classes)
        info = described_array(array.shape[1:], classes, mean, std)
        subject = score_panel.subject_of(model, array, truth, regions, info, panel.seed, device)
        if mean is None:
            subject = replace(subject, pixel_range=None)
        else:
            _within_range(array, info)
        right = subject.predict(array).argmax(1) == truth
        records, _ = score_panel.score(subject, panel, device, "score")
    return _values(records, right) if per_image else _means(records, right if counted is None else counted)


def _panel(images: int, seed: int, attributions: Entries, metrics: Entries) -> Panel:
    entries = {
        "attributions": entries_of("attributions", attributions),
        "metrics": entries_of("metrics", metrics),
    }
    return valid(Panel, entries | {"images": images, "seed": seed})


def _within_range(images: np.ndarray, info: DatasetInfo) -> None:
    black, white = info.pixel_range
    slack = 1e-3 * (white - black)
    if (images < black - slack).any() or (images > white + slack).any():
        low, high = images.min((0, 2, 3)), images.max((0, 2, 3))
        raise SmootError(
            f"images: from {low.tolist()} to {high.tolist()} by channel, but mean and std say that black is "
            f"{black.ravel().tolist()} and white {white.ravel().tolist()}"
        )


def _bools(given: AnyArray, size: int) -> np.ndarray:
    values = np.asarray(given.cpu() if torch.is_tensor(given) else given)
    if values.shape != (size,) or values.dtype != bool:
        raise SmootError(f"correct: {values.dtype} of shape {values.shape}; should be ({size},) bools")
    return values


def _means(records: Iterable[ScoreRecord], counted: np.ndarray) -> pd.DataFrame:
    """The columns of results.csv, without those that name a cell."""
    return result_table(scored_rows(GridCell("", "", "", 0), "", "", image_scores(records), counted))[SUMMARY_COLUMNS]


def _values(records: Iterable[ScoreRecord], right: np.ndarray) -> pd.DataFrame:
    rows = [
        (score.attribution, score.metric, image, bool(right[image]), value)
        for score in image_scores(records)
        for image, value in enumerate(score.values.tolist())
    ]
    return pd.DataFrame(rows, columns=PER_IMAGE)
