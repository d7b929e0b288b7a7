"""One metric on one subject, as the record that is stored: a value for each image, or the reason why there is none."""

from typing import Any

import numpy as np

from smoot.artifacts.scores import Curve, MetricInfo, ScoreRecord
from smoot.core.components import Entry
from smoot.core.errors import SmootError
from smoot.scoring.metric import (
    Curves,
    NotApplicableError,
    Scores,
    Subject,
    UndefinedError,
    component_name,
    has_settings,
    metric_info,
)


def apply_metric(subject: Subject, attribution: str, metric: Entry) -> ScoreRecord:
    """Values, curves and summaries of the metric's images, null where there is none, and why.

    attribution: whose maps the subject has; empty for a metric of the model. Raises SmootError where the metric breaks
    its contract.
    """
    component, params, info = metric.load(), metric.params(), metric_info(metric)
    subject = subject.take(np.arange(len(subject))[: params.images])
    flat = subject.maps.reshape(len(subject), -1)
    finite = np.isfinite(flat).all(1)
    constant = finite & (np.ptp(flat, axis=1) == 0)
    usable = (finite & ~constant) | info.of_model
    scores, applies, reasons = _nothing(info), True, []
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
            _check(scores, info, int(usable.sum()), metric)
            undefined = int((~np.isfinite(scores.values)).sum())
            if undefined:
                reasons.append(f"undefined for {undefined} of {len(usable)} images")
    return _record(attribution, metric, applies, scores, usable, "; ".join(reasons) or None)


def without_maps(images: int, attribution: str, metric: Entry, reason: str) -> ScoreRecord:
    """The record of a metric where there are no maps of the `images` images, for the reason given."""
    size = min(images, metric.params().images or images)
    return _record(attribution, metric, False, _nothing(metric_info(metric)), np.zeros(size, dtype=bool), reason)


def _nothing(info: MetricInfo) -> Scores:
    """The scores of no image."""
    return Scores(np.empty(0), summaries={name: np.empty(0) for name in info.summaries})


def _check(scores: Scores, info: MetricInfo, images: int, metric: Entry) -> None:
    """Raises SmootError where the scores are not what a metric has to return for so many images."""
    name = f"metric {metric.key} ({metric.component})"
    if set(scores.summaries) != set(info.summaries):
        returned, declared = (", ".join(sorted(names)) or "none" for names in (scores.summaries, info.summaries))
        raise SmootError(f"{name}: it returns the summaries {returned}, where its MetricInfo declares {declared}")
    expected: dict[str, tuple[np.ndarray, tuple[int, ...]]] = {"values": (scores.values, (images,))}
    expected |= {f"summary {key}": (values, (images,)) for key, values in scores.summaries.items()}
    for key, curves in scores.curves.items():
        expected[f"curve {key}"] = curves.values, (images, len(curves.x))
        if (np.diff(curves.x) <= 0).any():
            raise SmootError(f"{name}: curve {key}: x is not ascending")
    for what, (values, shape) in expected.items():
        if np.shape(values) != shape:
            raise SmootError(f"{name}: {what}: of shape {np.shape(values)}, where {shape} is needed")


def _record(
    attribution: str, metric: Entry, applies: bool, scores: Scores, usable: np.ndarray, reason: str | None
) -> ScoreRecord:
    """scores: of the `usable` images, or of none. usable: (n,) bool."""

    def of_all(values: np.ndarray) -> tuple[Any, ...]:
        rows = np.full((len(usable), *np.shape(values)[1:]), np.nan)
        if len(values):
            rows[usable] = values
        return _nulled(rows)

    return ScoreRecord(
        attribution=attribution,
        metric=metric.key,
        component=component_name(metric),
        arguments=metric.arguments,
        has_settings=has_settings(metric),
        info=metric_info(metric),
        applies=applies,
        values=of_all(scores.values),
        reason=reason,
        curves={name: _curve(curves, of_all(curves.values)) for name, curves in scores.curves.items()},
        summaries={name: of_all(values) for name, values in scores.summaries.items()},
    )


def _curve(curves: Curves, values: tuple[Any, ...]) -> Curve:
    x = tuple(np.asarray(curves.x, dtype=float).tolist())
    return Curve(
        x=x,
        x_label=curves.x_label,
        y_label=curves.y_label,
        values=values,
        limits=curves.limits,
        reference=curves.reference,
    )


def _nulled(values: np.ndarray) -> tuple[Any, ...]:
    """Nested tuples of floats, None for what is not finite."""
    if values.ndim > 1:
        return tuple(_nulled(row) for row in values)
    return tuple(value if np.isfinite(value) else None for value in values.tolist())
