"""How good a classifier is: accuracy, cross-entropy and calibration on a split."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from smoot.core.machine import Hardware
from smoot.training.data import Images

EVALUATION_BATCH = 500
MEASURES = ("accuracy", "loss", "ece")


@torch.no_grad()
def logits_of(model: nn.Module, images: Images, machine: Hardware) -> Tensor:
    """(N, classes) float32, in eval mode."""
    model.eval()
    outputs = []
    for normalised in images.in_order(EVALUATION_BATCH):
        with machine.autocast():
            outputs.append(model(normalised).float())
    return torch.cat(outputs)


def evaluate(model: nn.Module, images: Images, machine: Hardware) -> dict[str, float]:
    """MEASURES: accuracy, loss (mean cross-entropy in nats) and ece (expected calibration error), all as floats."""
    logits = logits_of(model, images, machine)
    return {
        "accuracy": (logits.argmax(1) == images.labels).double().mean().item(),
        "loss": cross_entropy(logits.double(), images.labels).item(),
        "ece": calibration_error(logits, images.labels),
    }


def calibration_error(logits: Tensor, labels: Tensor, bins: int = 15) -> float:
    """Expected calibration error in [0, 1] over equally wide bins of confidence (Guo et al., ICML 2017).

    NaN where a logit is not finite.
    """
    if not logits.isfinite().all():
        return float("nan")
    confidence, predictions = logits.double().softmax(1).max(1)
    gap = (predictions == labels).double() - confidence
    places = (confidence * bins).long().clamp(max=bins - 1)
    by_bin = torch.zeros(bins, dtype=gap.dtype, device=gap.device).index_put_((places,), gap, accumulate=True)
    return by_bin.abs().sum().item() / len(gap)
