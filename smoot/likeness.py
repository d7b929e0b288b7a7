"""Like with like: in what a control differs from what it controls, beside what makes it a control."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smoot.artifacts.run import Control
from smoot.controlled import controlled
from smoot.core.components import resolve
from smoot.core.dotted import dotted
from smoot.core.params_file import Block
from smoot.masking import Masking
from smoot.training.method import DrawParams, MaskedParams, MethodParams, control_of, own_masking, own_recipe
from smoot.training.recipe import Recipe

RANKING = "masking.ranking"
EPOCHS = "training.epochs"
STRETCHED = {"training.milestones", "training.warmup_epochs", "training.patience"}
"""What follows from the number of epochs."""
STRENGTHS = ("k", "weight")
"""A control in which one of them is 0 is what is left without it."""
SET_BY = {"masked_pixels": "k", "train_seconds": EPOCHS}
"""By which option a control is given the same budget as what it controls."""


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
        """Such as "k 0.44 for 0.68, weight 0.24 for 0.16"."""
        return ", ".join(f"{key} {own} for {other}" for key, (own, other) in self.options.items())


@dataclass(frozen=True)
class _Method:
    component: str
    control: Control | None
    params: Block
    options: dict[str, Any]
    """All that training depends on, by dotted key, as the entry and the shared blocks have it together."""


def unlike(methods: Mapping[str, dict[str, Any]], training: Recipe, masking: Masking) -> list[Unlike]:
    """One for each control and method that it controls which differ in more than what makes it a control.

    What makes it one is: another component; another ranking of the pixels, such as a random one; a strength of 0; what
    sets a budget that is to be equal; or else an option, where it is the only one that differs.

    methods: the entries of params.yaml that are compared. training, masking: the shared blocks.
    """
    known = {name: _method(name, arguments, training, masking) for name, arguments in methods.items()}
    found = []
    for control in known:
        for method in controlled(known, control):
            if options := _more_than_control(known[control], known[method]):
                found.append(Unlike(control, method, options))
    return found


def _method(name: str, arguments: dict[str, Any], training: Recipe, masking: Masking) -> _Method:
    entry = resolve("methods", name, arguments)
    params = entry.params()
    options = params.model_dump(exclude={"control_of", "equal"})
    options["training"] = own_recipe(params, training).model_dump()
    if isinstance(params, MaskedParams):
        options["masking"] = own_masking(params, masking).model_dump()
    return _Method(entry.component, control_of(entry, params), params, dict(dotted(options)))


def _more_than_control(control: _Method, method: _Method) -> dict[str, tuple[Any, Any]]:
    shared = control.options.keys() & method.options.keys()
    if control.component != method.component:
        shared = {key for key in shared if _means_the_same(key, control, method)}
    unused = {key for one in (control, method) if isinstance(one.params, MethodParams) for key in one.params.unused}
    differing = {
        key: (control.options[key], method.options[key])
        for key in control.options
        if key in shared - unused and control.options[key] != method.options[key]
    }
    if EPOCHS in differing:
        differing = {key: values for key, values in differing.items() if key not in STRETCHED}
    equal = control.control.equal if control.control else ()
    makes_it = {RANKING} | {SET_BY[budget] for budget in equal if budget in SET_BY}
    makes_it |= {key for key in STRENGTHS if control.options.get(key) == 0}
    rest = {key: values for key, values in differing.items() if key not in makes_it}
    is_one = control.component != method.component or len(rest) < len(differing)
    return rest if is_one or len(rest) > 1 else {}


def _means_the_same(key: str, control: _Method, method: _Method) -> bool:
    """Whether an option means the same in two components: one of the shared blocks, or of all methods of a kind."""
    if key.split(".")[0] in ("training", "masking"):
        return True
    both_mask = isinstance(control.params, MaskedParams) and isinstance(method.params, MaskedParams)
    return key in (MaskedParams if both_mask else DrawParams).model_fields
