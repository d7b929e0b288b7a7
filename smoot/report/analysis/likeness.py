"""Like with like: in what a control differs from what it controls, and which methods differ in their draw alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from smoot.artifacts.run import Control, Options
from smoot.report.analysis.controlled import controlled

RANKING = "masking.ranking"
EPOCHS = "training.epochs"
DRAW = "draw"
STRETCHED = {"training.milestones", "training.warmup_epochs", "training.patience"}
"""What follows from the number of epochs."""
STRENGTHS = ("k", "weight")
"""A control in which one of them is 0 is what is left without it."""
SET_BY = {"masked_pixels": "k", "train_seconds": EPOCHS}
"""The option by which a control is given the same budget as what it controls."""


class Described(Protocol):
    """What is known of a method: a record of a run of it, or its entry of params.yaml."""

    @property
    def component(self) -> str: ...

    @property
    def control(self) -> Control | None: ...

    @property
    def options(self) -> Options | None: ...


@dataclass(frozen=True)
class Unlike:
    """A control that differs in more than what makes it one."""

    control: str
    method: str
    """What it is a control of."""
    options: dict[str, tuple[Any, Any]]
    """Dotted key → (the control's value, the method's)."""

    @property
    def listed(self) -> str:
        """The options in words, such as "k 0.44 for 0.68, weight 0.24 for 0.16"."""
        return ", ".join(f"{key} {own} for {other}" for key, (own, other) in self.options.items())


def unlike(methods: Mapping[str, Described]) -> list[Unlike]:
    """One for each control and method that it controls which differ in more than what makes it a control.

    What makes it one is: another component; another ranking of the pixels, such as a random one; a strength of 0; what
    sets a budget that is to be equal; or else an option, where it is the only one that differs. Nothing is said of a
    method whose options are not known.
    """
    found = []
    for control in methods:
        for method in controlled(methods, control):
            if options := _more_than_control(methods[control], methods[method]):
                found.append(Unlike(control, method, options))
    return found


def second_draws(methods: Mapping[str, Described], of: str) -> set[str]:
    """The methods that differ from the method `of` in their draw alone: what lies between them and it is chance."""
    one = methods.get(of)
    if one is None or one.options is None:
        return set()
    return {
        name
        for name, other in methods.items()
        if other.component == one.component
        and other.options is not None
        and set(_differing(other.options, one.options)) == {DRAW}
    }


def _differing(own: Options, other: Options) -> dict[str, tuple[Any, Any]]:
    """The values of the options that both have and that differ, `own` first."""
    return {
        key: (value, other.values[key])
        for key, value in own.values.items()
        if key in other.values and value != other.values[key]
    }


def _more_than_control(control: Described, method: Described) -> dict[str, tuple[Any, Any]]:
    own, others = control.options, method.options
    if own is None or others is None:
        return {}
    unused = {*own.unused, *others.unused}
    if control.component != method.component:
        unused |= {key for key in own.values if not _means_the_same(key, own, others)}
    differing = {key: values for key, values in _differing(own, others).items() if key not in unused}
    if EPOCHS in differing:
        differing = {key: values for key, values in differing.items() if key not in STRETCHED}
    equal = control.control.equal if control.control else ()
    makes_it = {RANKING} | {SET_BY[budget] for budget in equal if budget in SET_BY}
    makes_it |= {key for key in STRENGTHS if own.values.get(key) == 0}
    rest = {key: values for key, values in differing.items() if key not in makes_it}
    is_one = control.component != method.component or len(rest) < len(differing)
    return rest if is_one or len(rest) > 1 else {}


def _means_the_same(key: str, own: Options, others: Options) -> bool:
    """Whether an option means the same in two components: one of the shared blocks, or of all methods of a kind."""
    return key.split(".")[0] in ("training", "masking") or (key in own.common and key in others.common)
