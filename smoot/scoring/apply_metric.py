"""One metric on one subject, as the record that is stored: a value for each image, or the reason why there is none."""

from typing import Any

import numpy as np

from smoot.core import components
from smoot.scoring.metric import About, NotApplicableError, Subject, UndefinedError, about


def describe(metric: str, arguments: dict[str, Any]) -> About:
    """What must be known of the metric with these arguments."""
    component = components.load("metrics", metric)
    return about(component, component.Params.model_validate(arguments))


def evaluate(subject: Subject, metric: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """values: a float or None for each of the metric's images. reason: why some are None. curves: lists.

    applies: whether the metric says anything of such a subject at all.
    """
    component = components.load("metrics", metric)
    params = component.Params.model_validate(arguments)
    subject = subject.take(np.arange(len(subject))[: params.images])
    flat = subject.maps.reshape(len(subject), -1)
    finite = np.isfinite(flat).all(1)
    constant = finite & (np.ptp(flat, axis=1) == 0)
    usable = (finite & ~constant) | about(component, params).of_model
    values = np.full(len(subject), np.nan)
    curves: dict[str, np.ndarray] = {}
    reasons, applies = [], True
    if not usable.all():
        counts = {"constant": constant.sum(), "not finite": (~finite).sum()}
        reasons += [f"{count} of {len(usable)} maps are {what}" for what, count in counts.items() if count]
    if usable.any():
        try:
            scores = component.score(subject.take(usable), params)
        except NotApplicableError as reason:
            reasons, applies = [str(reason)], False
        except UndefinedError as reason:
            reasons.append(str(reason))
        except AssertionError as error:
            # How Quantus refuses a degenerate map that it meets halfway, such as one of a perturbed image.
            reasons.append(f"refused by the metric: {' '.join(str(error).split())}")
        else:
            values[usable] = scores.values
            curves = scores.curves
            undefined = int((~np.isfinite(scores.values)).sum())
            if undefined:
                reasons.append(f"undefined for {undefined} of {len(usable)} images")
    return _record(metric, arguments, applies, values, "; ".join(reasons) or None, curves)


def nothing(images: int, metric: str, arguments: dict[str, Any], reason: str) -> dict[str, Any]:
    """The record of a metric where there are no maps of the `images` images, for the reason given."""
    params = components.load("metrics", metric).Params.model_validate(arguments)
    return _record(metric, arguments, False, np.full(min(images, params.images or images), np.nan), reason, {})


def _record(
    metric: str,
    arguments: dict[str, Any],
    applies: bool,
    values: np.ndarray,
    reason: str | None,
    curves: dict[str, np.ndarray],
) -> dict[str, Any]:
    return {
        "component": metric,
        "applies": applies,
        "arguments": arguments,
        "values": [value if np.isfinite(value) else None for value in values.tolist()],
        "reason": reason,
        "curves": {name: points.astype(int).tolist() for name, points in curves.items()},
    }
