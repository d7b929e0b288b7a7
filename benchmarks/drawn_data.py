"""How often a 95 % interval holds the true difference of two ways of training, when the data were drawn as well.

A toy that is small enough to be trained 100,000 times: ridge regression on random features tells two Gaussian classes
apart. A training seed draws the features, two penalties are the methods, and their difference in accuracy on a panel is
the score. Its true value is the mean over training images, features and panels. The three designs are those of
params.yaml: one training set and one panel for all seeds; `training.images`, by the seed; and `by_seed` of the panel,
too.
"""

from collections.abc import Iterator

import numpy as np

from smoot.statistics import paired

DIMENSIONS, FEATURES, TRAINING_IMAGES, PANEL_IMAGES = 20, 40, 80, 256
PENALTIES = 0.3, 30.0
"""Those of the two methods."""
DESIGNS = {
    "one training set, one panel": (False, False),
    "training images by the seed": (True, False),
    "training images and panel by the seed": (True, True),
}
"""Whether (the training images, the panel) are drawn by the seed."""


def coverage(design: str, seeds: int, replications: int, truth: float, confidence: float = 0.95) -> tuple[float, float]:
    """(how many of the intervals of so many seeds hold the truth, their mean width)."""
    rng = np.random.default_rng(seeds)
    scores = np.array([[*differences(rng, seeds, *DESIGNS[design])] for _ in range(replications)])
    _, low, high = paired(scores, np.zeros_like(scores), confidence)
    return float(np.mean((low <= truth) & (truth <= high))), float(np.mean(high - low))


def true_difference(runs: int = 40_000) -> float:
    """The mean difference of so many runs in which everything is drawn anew."""
    return float(np.mean([*differences(np.random.default_rng(0), runs, True, True)]))


def differences(rng: np.random.Generator, seeds: int, training: bool, panel: bool) -> Iterator[float]:
    """The accuracy of the first method less that of the second, of each seed. training, panel: whether they are drawn
    by the seed."""
    train, test = _images(rng, TRAINING_IMAGES), _images(rng, PANEL_IMAGES)
    for _ in range(seeds):
        if training:
            train = _images(rng, TRAINING_IMAGES)
        if panel:
            test = _images(rng, PANEL_IMAGES)
        weights = rng.normal(size=(DIMENSIONS, FEATURES)) / np.sqrt(DIMENSIONS)
        first, second = _accuracies(np.tanh(train[0] @ weights), train[1], np.tanh(test[0] @ weights), test[1])
        yield first - second


def _images(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """((size, DIMENSIONS) images, (size,) labels, −1 or 1)."""
    labels = rng.choice([-1.0, 1.0], size=size)
    return rng.normal(size=(size, DIMENSIONS)) + 0.25 * labels[:, None], labels


def _accuracies(train: np.ndarray, labels: np.ndarray, test: np.ndarray, truth: np.ndarray) -> list[float]:
    """Of each method. train, test: (n, FEATURES)."""
    gram, target = train.T @ train, train.T @ labels
    fits = (np.linalg.solve(gram + penalty * np.eye(FEATURES), target) for penalty in PENALTIES)
    return [float(np.mean(np.sign(test @ fit) == truth)) for fit in fits]
