"""adversarial_accuracy: is the model still right when every pixel is moved a little, so as to mislead it?

A property of the model, whatever the maps say: methods that make gradients easier to read are often said to change it.
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field

from smoot.artifacts.metric_info import MetricInfo
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import BATCH, Curves, MetricParams, Scores, Subject, ascending

INFO = MetricInfo(
    title="Adversarial accuracy",
    category="performance",
    higher_is_better=True,
    citation="Goodfellow, Shlens, Szegedy, ICLR 2015; Madry et al., ICLR 2018",
    link="https://arxiv.org/abs/1706.06083",
    meaning="How much accuracy is left when images are changed as the model likes it least, by amounts from nothing "
    "to a largest one.",
    formula="Σ_j (ε_j − ε_{j−1}) (c_{j−1} + c_j) / (2 ε_m); ε₀ = 0, ε₁ … ε_m are epsilons; c_j = 1 if "
    "argmax f(x_j) = y, else 0; x_j is x moved so that the cross-entropy of y rises, by ε_j at most in norm, linf or "
    "l2, in pixels from 0 to 1; by attack: fgsm, one step of ε_j, or pgd, from a random start, steps of 2.5 ε_j / "
    "steps (1.25 ε_j if it is one), each followed by the projection onto what is allowed",
    limits=(0, 1),
    deviations="The papers give the accuracy at each ε; here that is the curve, and the value is its mean height, by "
    "the trapezoid rule from 0 to the largest ε. Whatever is found is an upper bound: a stronger attack may find "
    "more. Of few steps that holds above all for models whose gradients are small, such as those trained by one-step "
    "adversarial training: compare pgd with more steps. It is of the model, whatever the map, and of all images, also "
    "those that the model gets wrong.",
    correct_only=False,
    of_model=True,
    cost="(1 + epsilons (2 steps + 1)) F",
    reading="Accuracy on adversarial images, by how far a pixel (linf) or the image (l2) may move.",
)
KNOWN_ANSWER = KnownAnswer(1, maps="random", model="constant")


class Params(MetricParams):
    attack: Literal["pgd", "fgsm"] = "pgd"
    """`pgd` looks for the worst change in several steps, `fgsm` in one."""
    norm: Literal["linf", "l2"] = "linf"
    """How a change is measured: `linf` by its largest pixel, `l2` by its Euclidean length."""
    epsilons: Annotated[list[Annotated[float, Field(gt=0)]], AfterValidator(ascending)] = Field(
        [0.01, 0.02, 0.05, 0.1], min_length=1
    )
    """How large the change may be, with pixels from 0 to 1, in ascending order: a point of the curve for each."""
    steps: int = Field(10, ge=1)
    """Steps of `pgd`. More find a worse change, and cost as much more."""


def score(subject: Subject, params: Params) -> Scores:
    """Values in [0, 1]: the mean height of the curve "attacked", still right at 0 and at each ε, 0 or 1."""
    epsilons = np.array([0.0, *params.epsilons])
    rng = np.random.default_rng(subject.seed)
    # The same start for all of them, but for its size.
    numbers = (rng.random if params.norm == "linf" else rng.standard_normal)(subject.images.shape)
    radius = rng.random(len(subject))
    right = np.stack(
        [
            subject.predict(attacked_images(subject, params, epsilon, numbers, radius)).argmax(1) == subject.labels
            for epsilon in epsilons
        ],
        axis=1,
    )
    curve = Curves(epsilons, "largest change ε", "accuracy", right, limits=(0, 1))
    return Scores(np.trapezoid(right.astype(float), epsilons, axis=1) / epsilons[-1], {"attacked": curve})


def attacked_images(
    subject: Subject, params: Params, epsilon: float, numbers: np.ndarray, radius: np.ndarray
) -> np.ndarray:
    """(n, C, H, W) float32. numbers, radius: of the random start, as in `smoot.perturbation.Ball.random`."""
    if epsilon == 0:
        return subject.images
    # Here, as torch takes seconds that a reader of a metric's INFO should not pay.
    import torch

    from smoot.perturbation import Ball, attacked, step_size

    def put(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(subject.device)

    ball = Ball(params.norm, epsilon, *map(put, subject.black_and_white))
    found = []
    for start in range(0, len(subject), BATCH):
        part = slice(start, start + BATCH)
        images, labels = put(subject.images[part]), torch.from_numpy(subject.labels[part]).to(subject.device)
        if params.attack == "fgsm":
            begin, steps, size = images, 1, epsilon
        else:
            begin, steps = ball.random(images, put(numbers[part]), put(radius[part])), params.steps
            size = step_size(epsilon, steps)
        found.append(attacked(subject.model, images, labels, ball, begin, steps, size).cpu().numpy())
    return np.concatenate(found)
