"""quantus: any other metric of Quantus, by its name, as it is.

Only its arguments and the way it must be called are checked, not whether its answers are right: see what is known of
it first.
"""

from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import Category, Link, MetricInfo
from smoot.metrics import _quantus_catalogue
from smoot.metrics._quantus_call import run_quantus
from smoot.metrics._quantus_faults import FAULTS
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, NotApplicableError, Scores, Subject, UndefinedError

AS_IT_IS = (
    "Called as it is: its arguments are checked, and not whether its answers are right. Quantus scales maps by the "
    "largest value of the whole batch; here every map is scaled by its own, unless normalise is false. Of a curve it "
    "is the mean."
)

TRY_MAPS = {"Consistency", "NonSensitivity"}
"""What asks a model about the map that it is given, and is not of faithfulness."""

KNOWN_ANSWER = KnownAnswer(63 / 64, maps="pixel")  # of Sparseness, the example below


class Params(MetricParams):
    name: str = Field(examples=["Sparseness"])
    """The name of a class of Quantus, such as `Infidelity`."""
    category: Category = Field(examples=["complexity"])
    """Among which metrics the report shows it."""
    higher_is_better: bool = Field(examples=[True])
    """Whether a higher score is the better one."""
    softmax: bool = False
    """Whether the metric sees the model's probabilities, or its logits."""
    arguments: dict[str, Any] = Field({})
    """Arguments of the class, by name."""
    call: dict[str, Any] = Field({})
    """Arguments of its `__call__`, by name."""
    meaning: str | None = None
    """What it measures, in one sentence, for the report. null: the name of the class."""
    formula: str | None = None
    """Its formula, for the report."""
    citation: str | None = None
    """Authors, venue and year of its paper, for the report."""
    link: Link = ""
    """The address of that paper."""

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
        if self.link and not self.citation:
            raise ValueError("link: an address of a paper without its citation")
        return self


def info(params: Params) -> MetricInfo:
    return MetricInfo(
        title=params.name,
        category=params.category,
        higher_is_better=params.higher_is_better,
        citation=params.citation or "Hedström et al., JMLR 2023 (Quantus)",
        link=params.link if params.citation else "https://jmlr.org/papers/v24/22-0142.html",
        meaning=params.meaning or f"Quantus' {params.name}.",
        formula=params.formula or f"mean of what {params.name}(arguments)(f, x, y, a, call) of Quantus returns",
        tries=True if params.name in TRY_MAPS else None,
        deviations=" ".join(filter(None, [AS_IT_IS, FAULTS.get(params.name)])),
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
        scores = run_quantus(params.name, subject, **options)
    except (AssertionError, NotApplicableError, UndefinedError):
        raise
    except Exception as error:  # of arguments whose values it does not take, each metric in its own way
        raise NotApplicableError(f"{params.name}, called like this, fails: {type(error).__name__}: {error}") from error
    try:
        values = np.asarray(scores, dtype=np.float64).reshape(len(subject), -1)
    except (TypeError, ValueError):
        raise NotApplicableError(f"{params.name}, called like this, does not give a value an image") from None
    return Scores(values.mean(axis=1))
