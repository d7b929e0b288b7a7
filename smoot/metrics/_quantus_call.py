"""Calling Quantus (Hedström et al., JMLR 2023) so that other images have no say in an image's score.

But for the draws of the metrics that draw, which come from one stream: they depend on the seed and on an image's place
among those that are scored, and so on how many before it have a constant map.

Quantus normalises by the maximum of the whole batch unless told otherwise, draws from NumPy's global generator, and
still calls `np.trapz`, which NumPy 2 renamed.
"""

from typing import Any

import numpy as np

from smoot.scoring.metric import BATCH, Subject


def per_image(name: str, subject: Subject, softmax: bool, **options: Any) -> np.ndarray:
    """(n,) scores of the Quantus metric `name`; the rest as in `run_quantus`."""
    return np.asarray(run_quantus(name, subject, softmax, **options), dtype=np.float64)


def run_quantus(
    name: str,
    subject: Subject,
    softmax: bool,
    normalise: bool = True,
    masks: np.ndarray | None = None,
    call: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    """What the Quantus metric `name`, made with `options`, returns. softmax: whether it sees p(x) or logits.

    normalise: whether every map is scaled to a maximum of 1, else it stays as it is. masks: (n, 1, H, W) bool, for a
    metric of localisation. call: more for the metric's `__call__`.
    """
    # Here, as they take seconds that a reader of a metric's INFO should not pay.
    import quantus
    import torch

    vars(np)["trapz"] = np.trapezoid
    explain: Any = subject.explain
    metric = getattr(quantus, name)(
        disable_warnings=True,
        display_progressbar=False,
        normalise=normalise,
        normalise_func_kwargs={"normalise_axes": [1, 2, 3]},
        **options,
    )
    np.random.seed(subject.seed)
    torch.manual_seed(subject.seed)
    return metric(
        model=subject.model,
        x_batch=subject.images,
        y_batch=subject.labels,
        a_batch=subject.maps.copy(),
        s_batch=masks,
        explain_func=lambda model, inputs, targets, **_: explain(model, inputs, targets),
        softmax=softmax,
        device=subject.device,
        **{"batch_size": BATCH} | (call or {}),
    )
