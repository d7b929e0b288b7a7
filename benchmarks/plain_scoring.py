"""The yardstick of benchmarks/scoring.py: metric after metric as Quantus's documentation shows it, nothing shared.

Every call explains the images anew and then calls Quantus with its default batch. Arguments and seeds are those of our
metrics. Two of them Quantus does not have; they are a loop over the images' curves, and a difference of sums.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import quantus
import torch
from captum.attr import IntegratedGradients
from torch import nn

from smoot.attributions import random as control
from smoot.metrics.accuracy_drop import REMOVED, area

np.trapz = np.trapezoid  # type: ignore[attr-defined]
ROW = 28
BY_IMAGE = {"normalise": True, "normalise_func_kwargs": {"normalise_axes": [1, 2, 3]}}
BALL = quantus.perturb_func.batch_uniform_noise  # type: ignore[attr-defined]
# Arguments that are functions of the task.
PER_TASK = {"seed", "num_classes"}
AS_IT_IS = {"normalise": False}


@dataclass(frozen=True)
class Task:
    """images (n, C, H, W) and labels (n,); objects: (n, 1, H, W) bool. explain: as Quantus's explain_func."""

    model: nn.Module
    images: np.ndarray
    labels: np.ndarray
    objects: np.ndarray
    explain: Callable[..., np.ndarray]
    classes: int
    seed: int

    def maps(self) -> np.ndarray:
        batches = range(0, len(self.images), 64)
        return np.concatenate(
            [self.explain(self.model, self.images[i : i + 64], self.labels[i : i + 64]) for i in batches]
        )


def gradient(model: nn.Module, inputs: np.ndarray, targets: np.ndarray, **_: Any) -> np.ndarray:
    return quantus.explain(model, inputs, targets, method="Saliency", device="cpu")


def integrated_gradients(model: nn.Module, inputs: np.ndarray, targets: np.ndarray, **_: Any) -> np.ndarray:
    """Not Quantus's own, whose rule cannot be chosen."""
    images, labels = torch.from_numpy(inputs), torch.from_numpy(targets)
    return IntegratedGradients(model).attribute(images, target=labels, n_steps=8).sum(1, keepdim=True).numpy()


def by_quantus(name: str, softmax: bool = False, **options: Any) -> Callable[[Task], np.ndarray]:
    def score(task: Task) -> np.ndarray:
        given = {key: value(task) if key in PER_TASK else value for key, value in (BY_IMAGE | options).items()}
        maps = task.maps()
        np.random.seed(task.seed)
        torch.manual_seed(task.seed)
        scores = getattr(quantus, name)(disable_warnings=True, **given)(
            model=task.model,
            x_batch=task.images,
            y_batch=task.labels,
            a_batch=maps,
            s_batch=task.objects,
            explain_func=task.explain,
            softmax=softmax,
            device="cpu",
            **({"batch_size": len(maps)} if name == "ROAD" else {}),
        )
        if name == "ROAD":
            return np.array([np.mean(list(scores.values()))])
        return np.reshape(scores, (len(maps), -1)).mean(1)

    return score


def random(model: nn.Module, inputs: np.ndarray, targets: np.ndarray, **_: Any) -> np.ndarray:
    return control.attribute(model, torch.from_numpy(inputs), torch.from_numpy(targets), control.Params()).numpy()


def predict(task: Task, images: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return torch.cat([task.model(part) for part in torch.from_numpy(images).split(64)]).numpy()


def accuracy_drop(task: Task) -> np.ndarray:
    rng = np.random.default_rng(task.seed)
    by_map, by_chance = task.maps().reshape(len(task.images), -1), rng.random((len(task.images), ROW * ROW))
    areas = []
    for ranking in (by_chance, by_map):
        curves = np.empty((len(task.images), len(REMOVED)))
        for place, removed in enumerate(REMOVED):
            images = task.images.copy()
            for image, ranks in zip(images, ranking, strict=True):
                pixels = (-ranks).argsort(kind="stable")[: round(removed * len(ranks))]
                image.reshape(len(image), -1)[:, pixels] = image.min((1, 2))[:, None]
            curves[:, place] = predict(task, images).argmax(1) == task.labels
        areas.append(area(curves))
    return areas[0] - areas[1]


def completeness(task: Task) -> np.ndarray:
    own = np.arange(len(task.images)), task.labels
    change = (predict(task, task.images) - predict(task, np.zeros_like(task.images)))[own]
    return np.abs(task.maps().sum((1, 2, 3)) - change) / np.abs(change)


METRICS: dict[str, Callable[[Task], np.ndarray]] = {
    "accuracy_drop": accuracy_drop,
    "faithfulness_correlation": by_quantus(
        "FaithfulnessCorrelation", nr_runs=30, subset_size=78, perturb_baseline="mean", return_aggregate=False
    ),
    "pixel_flipping": by_quantus(
        "PixelFlipping", True, features_in_step=ROW, perturb_baseline="mean", return_auc_per_sample=True
    ),
    "region_perturbation": by_quantus(
        "RegionPerturbation", True, patch_size=4, regions_evaluation=15, perturb_baseline="mean"
    ),
    "road": by_quantus("ROAD", percentages=[10, 30, 50, 70, 90], noise=0.0),
    "max_sensitivity": by_quantus("MaxSensitivity", nr_samples=10, lower_bound=0.1, **AS_IT_IS),
    "local_lipschitz": by_quantus(
        "LocalLipschitzEstimate", nr_samples=10, perturb_func=BALL, perturb_func_kwargs={"lower_bound": 0.1}
    ),
    "pointing_game": by_quantus("PointingGame", abs=True),
    "relevance_rank": by_quantus("RelevanceRankAccuracy", abs=True),
    "relevance_mass": by_quantus("RelevanceMassAccuracy", abs=True),
    "topk_intersection": by_quantus("TopKIntersection", abs=True, k=78),
    "localisation_auc": by_quantus("AUC", abs=True),
    "sparseness": by_quantus("Sparseness", abs=True),
    "complexity": by_quantus("Complexity", abs=True),
    "effective_complexity": by_quantus("EffectiveComplexity", abs=True, eps=0.1),
    "mprt": by_quantus(
        "MPRT",
        abs=True,
        seed=lambda task: task.seed,
        layer_order="bottom_up",
        skip_layers=True,
        return_last_correlation=True,
    ),
    "random_logit": by_quantus("RandomLogit", num_classes=lambda task: task.classes, seed=lambda task: task.seed),
    "non_sensitivity": by_quantus("NonSensitivity", abs=True, eps=0.01, perturb_baseline="mean"),
    "completeness": completeness,
}
