"""The counter of waits sees all that would wait for a GPU, and nothing else."""

import pytest
import torch
from torch.nn.functional import one_hot
from waits import Waits

VALUES = torch.tensor([1.0, -2.0, 3.0])


@pytest.mark.parametrize(
    "work",
    [
        lambda x: x.sum().item(),
        lambda x: float(x.detach()[0]),
        lambda x: bool((x > 0).all()),
        lambda x: (x * 2).tolist(),
        lambda x: x.nonzero(),
        lambda x: torch.where(x > 0),
        lambda x: x[x > 0],
        lambda x: x.masked_select(x > 0),
        lambda x: x.detach().clone().index_put_((x > 0,), x[0]),
        lambda x: x.unique(),
        lambda x: (x + 1).cpu(),
        lambda x: x.detach().numpy(),
        lambda x: x.to("cpu"),
        lambda x: x.to(device=torch.device("cpu")),
        lambda x: torch.equal(x, x + 1),
        lambda x: torch.zeros(3).add_(x).tolist(),
        lambda x: torch.autograd.grad(x.square().sum(), x)[0].tolist(),
        lambda x: torch.arange(3).repeat_interleave(x.abs().long()),
        lambda x: one_hot(x.abs().long()),
    ],
)
def test_what_waits_is_found(work):
    values = VALUES.clone().requires_grad_()
    with Waits([values]) as waits:
        work(values)
    assert waits.found


@pytest.mark.parametrize(
    "work",
    [
        lambda x: torch.where(x > 0, x, 0).sum().backward(),
        lambda x: x[torch.tensor([0, 2])],
        lambda x: x.masked_fill(x > 0, 0).sort().values.cumsum(0),
        lambda x: torch.tensor([1, 2]).tolist(),
        lambda x: torch.randperm(4)[:2].sort().values.tolist(),
        lambda x: len(x) + x.shape[0],
        lambda x: x.to(torch.float64),
        lambda x: one_hot(x.abs().long(), 4),
    ],
)
def test_what_does_not_wait_is_not(work):
    values = VALUES.clone().requires_grad_()
    with Waits([values]) as waits:
        work(values)
    assert not waits.found
