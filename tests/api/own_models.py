"""Models and images as a user may have them, and all of a model that a call could change."""

import torch
from scored_models import CLASSES, SIDE
from torch import nn

IMAGES = torch.randn((70, 1, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
TARGETS = torch.arange(len(IMAGES)) % CLASSES


def learning_model() -> nn.Module:
    """In training mode but for its BatchNorm, with a gradient, a weight that does not learn, and a hook."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(), nn.Linear(4 * 36, CLASSES)
    )
    model.train()[1].eval()
    model(IMAGES[:8]).sum().backward()
    model[0].bias.requires_grad_(False)
    model[5].register_forward_hook(lambda *_: None)
    return model


def seen(model: nn.Module) -> list:
    """Everything of a model that a call could change."""
    weights = [(name, tensor.clone()) for name, tensor in model.state_dict(keep_vars=False).items()]
    gradients = [(w.requires_grad, None if w.grad is None else w.grad.clone()) for w in model.parameters()]
    hooks = [(len(m._forward_hooks), len(m._forward_pre_hooks), len(m._backward_hooks)) for m in model.modules()]
    return [weights, gradients, hooks, [module.training for module in model.modules()]]


def same(first, second) -> bool:
    if torch.is_tensor(first):
        return torch.equal(first, second)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    return first == second
