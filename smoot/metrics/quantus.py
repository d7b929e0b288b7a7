"""quantus: any other metric of Quantus, by its name, as it is.

Only its arguments and the way it must be called are checked, not whether its answers are right: see what is known of
it first.
"""

from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import Category, MetricInfo
from smoot.metrics import _quantus_catalogue
from smoot.metrics._quantus_call import run
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, NotApplicableError, Scores, Subject, UndefinedError


class Params(MetricParams):
    name: str = Field(description="a class of Quantus")
    category: Category = Field(description="where the report shows it")
    higher_is_better: bool
    softmax: bool = Field(False, description="whether it sees probabilities or logits")
    arguments: dict[str, Any] = Field({}, description="for its __init__")
    call: dict[str, Any] = Field({}, description="for its __call__")

    @model_validator(mode="after")
    def _known_to_quantus(self) -> Self:
        metrics = _quantus_catalogue.metrics()
        if self.name not in metrics:
            raise ValueError(f"name: {self.name}: no metric of Quantus; allowed: {', '.join(sorted(metrics))}")
        for key, allowed in zip(("arguments", "call"), metrics[self.name], strict=True):
            for name in getattr(self, key):
                if name not in allowed:
                    listed = ", ".join(sorted(allowed)) or "none"
                    raise ValueError(f"{key}.{name}: not of {self.name}, or not to be chosen; allowed: {listed}")
        return self


def info(params: Params) -> MetricInfo:
    return MetricInfo(
        title=params.name,
        category=params.category,
        higher_is_better=params.higher_is_better,
        citation="Hedström et al., JMLR 2023 (Quantus)",
        scale="" if params.arguments.get("normalise", True) else "its maps are not normalised",
    )


def calls(params: Params) -> str:
    return params.name


def score(subject: Subject, params: Params) -> Scores:
    """What Quantus returns; of a curve an image its mean. Localisation is of the object, where an image has one."""
    options = {"softmax": params.softmax, "call": params.call, **params.arguments}
    try:
        if params.category == "localisation":
            return Scores(localise(params.name, subject, Region.OBJECT, **options))
        scores = run(params.name, subject, **options)
    except (AssertionError, NotApplicableError, UndefinedError):
        raise
    except Exception as error:  # of arguments whose values it does not take, each metric in its own way
        raise NotApplicableError(f"{params.name}, called like this, fails: {type(error).__name__}: {error}") from error
    try:
        values = np.asarray(scores, dtype=np.float64).reshape(len(subject), -1)
    except (TypeError, ValueError):
        raise NotApplicableError(f"{params.name}, called like this, does not give a value an image") from None
    return Scores(values.mean(axis=1))
