"""mask_sub: masked images learn from whole ones (Heo et al., Masking meets Supervision, CVPR 2025).

Minimises ½ [CE(f(x), y) + CE(f(x~), p(x))], where x~ is x with the fraction k of its pixels, drawn at random, replaced
by the `fill` of `masking`, and no gradient goes through p(x). 6 F a step. The authors mask patches, which their
transformers then leave out; here single pixels are masked, as by the other methods. Label smoothing is of the first
term alone. SGT with `masking: {ranking: random}` weighs the same two passes otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.core.params_file import Fraction
from smoot.masking import lowest, replace
from smoot.training import method
from smoot.training.method import Batch, Context, MethodParams, StepResult

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(MethodParams):
    k: Fraction = 0.5
    """The fraction of an image's pixels that is masked, drawn at random."""


class Method(method.Method):
    def __init__(self, params: Params, context: Context) -> None:
        super().__init__(params, context)
        self.k = round(params.k * context.pixels)

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        from torch.nn.functional import cross_entropy

        logits = self.context.logits(model, batch.images)
        clean, ce = self.context.objective(logits, batch.labels)
        # Each pass has its backward pass at once, so that one pass's features alone are held.
        (clean / 2).backward()
        masked_logits = self.context.logits(model, self.masked(batch))
        masked = cross_entropy(masked_logits, logits.detach().softmax(1))
        (masked / 2).backward()
        with torch.no_grad():
            rise = cross_entropy(masked_logits, batch.labels, reduction="none") - ce
        return self.context.result(batch, (clean + masked) / 2, logits, ce, rise)

    def masked(self, batch: Batch) -> Tensor:
        """(b, C, H, W): x~."""
        order = self.context.draw("mask", batch)[:, 0]
        hidden = lowest(order, torch.full_like(batch.index, self.k))
        return replace(batch.images, hidden, self.context.masking.fill, lambda images: self.context.draw("fill", batch))

    def record(self) -> dict[str, float]:
        return {"masked_images": 1.0, "masked_pixels": self.k / self.context.pixels}
