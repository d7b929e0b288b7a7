"""Adversarial perturbations: what is added to images so that a model is wrong, by projected gradient ascent.

Images have C channels, and are normalised by channel; sizes of perturbations are those of pixels from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from smoot.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor


Norm = Literal["linf", "l2"]
"""The largest change of a pixel's channel, or the root of the sum of the squares of all changes in an image."""


@dataclass(frozen=True)
class Ball:
    """What an image may become: it moves by `epsilon` at most, and stays an image."""

    norm: Norm
    epsilon: float
    """The radius, in pixels from 0 to 1."""
    black: Tensor
    """(C, 1, 1), the least that a pixel can be, normalised."""
    white: Tensor
    """(C, 1, 1), the most."""

    @property
    def unit(self) -> Tensor:
        """(C, 1, 1): what 1 is, of pixels from 0 to 1, in those of normalised images."""
        return self.white - self.black

    def random(self, images: Tensor, numbers: Tensor, radius: Tensor) -> Tensor:
        """(b, C, H, W) images moved at random.

        numbers: (b, C, H, W), uniform in [0, 1) for linf, standard normal for l2. radius: (b,) uniform in [0, 1); l2
        alone needs it, for points that are uniform in the ball.
        """
        if self.norm == "linf":
            return self.project(images, images + self.epsilon * self.unit * (2 * numbers - 1))
        length = self.epsilon * radius ** (1 / images[0].numel())
        return self.project(images, images + length[:, None, None, None] * self.unit * _direction(numbers))

    def climb(self, images: Tensor, gradient: Tensor, size: float) -> Tensor:
        """Images moved by `size`, in pixels from 0 to 1, in the norm's steepest direction.

        gradient: (b, C, H, W), by the normalised pixels, times any positive number of each image.
        """
        if self.norm == "linf":
            return images + size * self.unit * gradient.sign()
        return images + size * self.unit * _direction(gradient * self.unit)

    def project(self, images: Tensor, moved: Tensor) -> Tensor:
        """`moved`, brought back into the ball around `images` and into the valid range."""
        if self.norm == "linf":
            radius = self.epsilon * self.unit
            return moved.clamp(images - radius, images + radius).clamp(self.black, self.white)
        change = moved - images
        length = _length(change / self.unit)
        inside = torch.where(length > self.epsilon, self.epsilon / length, 1)
        # Cut to the valid range afterwards, the changes of single pixels become less, and so does the length.
        return (images + inside * change).clamp(self.black, self.white)


def attacked(
    logits: Callable[[Tensor], Tensor],
    images: Tensor,
    labels: Tensor,
    ball: Ball,
    start: Tensor,
    steps: int,
    size: float,
) -> Tensor:
    """(b, C, H, W): `start` after some steps of PGD, which raise each image's CE of its label within its ball.

    logits: (b, classes) of images. labels: (b,). size: of a step, in pixels from 0 to 1.
    """
    from torch.nn.functional import cross_entropy

    moved = start
    for _ in range(steps):
        moved = moved.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(cross_entropy(logits(moved), labels, reduction="sum"), moved)
        moved = ball.project(images, ball.climb(moved.detach(), gradient, size))
    return moved


def step_size(epsilon: float, steps: int) -> float:
    """What suits so many steps from a random start: 1.25 ε for one (Wong et al.), so that it reaches the ball's edge,
    else 2.5 ε / steps (Madry et al.)."""
    return 1.25 * epsilon if steps == 1 else 2.5 * epsilon / steps


def _length(vectors: Tensor) -> Tensor:
    """(b, 1, 1, 1): Euclidean, of each of (b, C, H, W)."""
    return torch.linalg.vector_norm(vectors, dim=(1, 2, 3), keepdim=True)


def _direction(vectors: Tensor) -> Tensor:
    """(b, C, H, W) of length 1; 0 where there is none."""
    # By the largest number first: squares of small gradients are 0 in 32 bits.
    vectors = vectors / vectors.abs().amax((1, 2, 3), keepdim=True).clamp_min(torch.finfo(vectors.dtype).tiny)
    return vectors / _length(vectors).clamp_min(torch.finfo(vectors.dtype).tiny)
