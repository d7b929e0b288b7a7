"""Three methods with losses of their own, each written with what `smoot.training.method` gives alone."""

from types import SimpleNamespace

import torch
from torch import nn
from torch.nn.functional import log_softmax

from smoot.artifacts.dataset import Region
from smoot.training.method import Batch, Method, MethodParams, StepResult, undisturbed


class GradientPenalty(Method):
    """Minimises CE + λ ‖∂CE/∂x‖², by a backward pass through a backward pass."""

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        images = batch.images.detach().requires_grad_()
        logits = self.context.logits(model, images)
        loss, ce = self.context.objective(logits, batch.labels)
        (gradient,) = torch.autograd.grad(ce.sum(), images, create_graph=True)
        loss = loss + 0.1 * gradient.square().sum((1, 2, 3)).mean()
        loss.backward()
        return self.context.result(batch, loss, logits, ce)


class Adversarial(Method):
    """Minimises CE(f(x + δ), y) by PGD from a random start, and CE(f(x), y): two backward passes."""

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        context, (low, high) = self.context, self.context.pixel_range
        moved, radius = batch.images + 0.2 * (2 * context.draw("start", batch) - 1), 0.2
        with undisturbed(model):
            for _ in range(2):
                moved = moved.detach().requires_grad_()
                _, ce = context.objective(context.logits(model, moved), batch.labels)
                step = 0.1 * torch.autograd.grad(ce.sum(), moved)[0].sign()
                moved = (moved + step).clamp(batch.images - radius, batch.images + radius).clamp(low, high)
        adversarial, _ = context.objective(context.logits(model, moved.detach()), batch.labels)
        (adversarial / 2).backward()
        logits = context.logits(model, batch.images)
        loss, ce = context.objective(logits, batch.labels)
        (loss / 2).backward()
        return context.result(batch, (loss + adversarial) / 2, logits, ce)


class OnMasks(Method):
    """Minimises CE + λ Σ over the pixels that are no object of (∂ Σ_c log p_c / ∂x)²."""

    needs_masks = True

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        images = batch.images.detach().requires_grad_()
        logits = self.context.logits(model, images)
        loss, ce = self.context.objective(logits, batch.labels)
        (gradient,) = torch.autograd.grad(log_softmax(logits, 1).sum(), images, create_graph=True)
        elsewhere = gradient * (batch.masks != Region.OBJECT)
        loss = loss + 0.001 * elsewhere.square().sum((1, 2, 3)).mean()
        loss.backward()
        return self.context.result(batch, loss, logits, ce)


TOYS = {
    name: SimpleNamespace(Params=MethodParams, Method=method)
    for name, method in (
        ("toy_gradient_penalty", GradientPenalty),
        ("toy_adversarial", Adversarial),
        ("toy_on_masks", OnMasks),
    )
}
"""As components, which each would be a file."""
