"""bce: each class by itself. Minimises Σ_c of the binary cross-entropy of logit c and whether c = y. 3 F a step.

Only the loss differs from the baseline's: it has no softmax, which is the same for logits that all move alike (Gairola
et al., How to Probe, ICLR 2025). The sum over classes is averaged over images. Label smoothing s makes the targets
1 − s + s/C for y, and s/C for the others. Probabilities elsewhere, as in val_loss and ece, are still by softmax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult

if TYPE_CHECKING:
    from torch import nn


class Params(MethodParams):
    pass


class Method(method.Method):
    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

        logits = self.context.logits(model, batch.images)
        smoothing, classes = self.context.recipe.label_smoothing, self.context.classes
        targets = one_hot(batch.labels, classes) * (1 - smoothing) + smoothing / classes
        loss = binary_cross_entropy_with_logits(logits, targets.to(logits.dtype), reduction="none").sum(1).mean()
        loss.backward()
        with torch.no_grad():
            _, ce = self.context.objective(logits, batch.labels)
        return self.context.result(batch, loss, logits, ce)
