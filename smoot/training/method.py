"""What a training method is: the contract of the modules in `smoot.methods`, and all that they need for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field, field_validator

from smoot.artifacts.run import BUDGETS, Control, Options
from smoot.core.components import Entry
from smoot.core.dotted import dotted
from smoot.core.params_file import Block, Fraction, Key
from smoot.core.seeding import derive
from smoot.masking import Masking, MaskingOverride
from smoot.training.batch import Batch, StepResult
from smoot.training.context import Context
from smoot.training.recipe import Recipe
from smoot.training.step import plain_step, undisturbed

if TYPE_CHECKING:
    from torch import nn


__all__ = [
    "Batch",
    "Context",
    "DrawParams",
    "MaskedParams",
    "Method",
    "MethodParams",
    "StepResult",
    "control_of",
    "options_of",
    "own_masking",
    "own_recipe",
    "own_seed",
    "plain_step",
    "undisturbed",
]


class DrawParams(Block):
    """What the entries of all methods have, also of those that train nothing."""

    draw: int = Field(0, ge=0)
    """Another number is another draw from the same training seed: other first weights, another order of images, other
    random numbers in training. The training images stay the same. `{method: baseline, draw: 1}` says by how much two
    runs of plain training differ."""


class MethodParams(DrawParams):
    """What the entries of all methods that train have."""

    training: dict[str, Any] = Field(default_factory=dict)
    """Options in which this method differs from the `training` block, such as `{lr: 0.01}`. Where `epochs` differ,
    milestones, warm-up and patience are stretched with them."""
    control_of: list[Key] | None = None
    """Entries of `methods` that this one is a control of: the report holds them against it. null: those that the
    component names."""
    equal: list[str] | None = None
    """Budgets that a control is to share with what it controls: `masked_images`, `masked_pixels`, `train_seconds`. The
    report flags a difference of more than 5 %. null: those that the component names."""

    @property
    def unused(self) -> frozenset[str]:
        """Its options that change nothing, as the others are set."""
        return frozenset()

    @field_validator("equal")
    @classmethod
    def _budgets(cls, equal: list[str] | None) -> list[str] | None:
        if unknown := [name for name in equal or [] if name not in BUDGETS]:
            raise ValueError(f"{unknown[0]}: no such budget; allowed: {', '.join(BUDGETS)}")
        return equal


class MaskedParams(MethodParams):
    """What the entries of all masked methods have."""

    weight: Annotated[float, Field(ge=0)] = 1.0
    """λ, the weight of the KL term. 0 is plain training at the price of masking."""
    k: Fraction = 0.5
    """The fraction of an image's pixels that is masked."""
    masking: MaskingOverride = MaskingOverride()
    """Options in which this method differs from the `masking` block."""


class Method(ABC):
    """A training method: turns a batch into gradients."""

    trained: ClassVar[bool] = True
    """False for a null, whose model stays as it was drawn."""
    control: ClassVar[Control | None] = None
    """The components that the method is a control of, and the budgets that it shares with them; an entry may say
    otherwise."""
    beside: ClassVar[tuple[str, ...]] = ()
    """Other components that the report holds it against, where there is a control of it."""
    needs_masks: ClassVar[bool] = False
    """Whether its batches have `masks`: where the objects are."""
    needs_index: ClassVar[bool] = False
    """Whether it keeps numbers of each training image, by `Batch.index`."""
    note: ClassVar[str] = ""
    """What a reader must know of the method, such as that it is a reconstruction."""

    def __init__(self, params: Block, context: Context) -> None:
        self.params = params
        self.context = context

    def network(self, network: nn.Module) -> nn.Module:
        """The network to train, made of the model with its first weights, all of which it keeps; mostly as it is.

        What is changed has to follow from the state dict, as the score stage reads no more: `smoot.models.smoothed`.
        It draws from generators of its own. Raises ValueError, which begins with an option, where it cannot.
        """
        return network

    @abstractmethod
    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        """Leaves the gradients of its loss, a mean over the batch's images, in the weights' `.grad`.

        The caller zeroes them before, averages them over the processes after, and updates the weights. By how many
        passes they come about is for the method to decide.
        """

    def record(self) -> dict[str, float]:
        """The method's own columns of the training history, for the epoch that has ended; called once an epoch."""
        return {}

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on, tensors and plain values; the same in every process."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes back what `state` gave. Raises ValueError where it cannot."""
        if state:
            raise ValueError(f"{type(self).__module__} keeps no state, but was given {', '.join(sorted(state))}")


def own_seed(params: Block, seed: int) -> int:
    """The seed of all that a run draws but its training images: the training seed, or another by the entry's `draw`."""
    draw = params.draw if isinstance(params, DrawParams) else 0
    return derive(seed, "draw", draw) if draw else seed


def own_recipe(params: Block, shared: Recipe) -> Recipe:
    """The `training` block with a method's own options. Raises pydantic's ValidationError."""
    return shared.override(params.training) if isinstance(params, MethodParams) else shared


def own_masking(params: Block, shared: Masking) -> Masking:
    """The `masking` block with a method's own options. Raises pydantic's ValidationError."""
    return shared.override(params.masking) if isinstance(params, MaskedParams) else shared


def options_of(params: Block, recipe: Recipe, masking: Masking) -> Options:
    """All that training depends on. recipe, masking: the method's own, as from `own_recipe` and `own_masking`."""
    masks = isinstance(params, MaskedParams)
    blocks = {"training": recipe.model_dump(mode="json")} | (
        {"masking": masking.model_dump(mode="json")} if masks else {}
    )
    values = params.model_dump(mode="json", exclude={"control_of", "equal"}) | blocks
    common = set((MaskedParams if masks else DrawParams).model_fields) & values.keys()
    unused = params.unused if isinstance(params, MethodParams) else frozenset()
    return Options(values=dict(dotted(values)), common=tuple(sorted(common)), unused=tuple(sorted(unused)))


def control_of(entry: Entry, params: Block) -> Control | None:
    """What an entry of `methods` is a control of: entries, if it names them, else its component's components.

    params: the entry's. Raises ValueError where it has budgets to be equal, but nothing that they are to equal.
    """
    component: Control | None = entry.load().Method.control
    own = params if isinstance(params, MethodParams) else MethodParams()
    if own.control_of is None and component:
        equal = component.equal if own.equal is None else tuple(own.equal)
        return component.model_copy(update={"equal": equal})
    if own.equal and not own.control_of:
        raise ValueError(
            f"methods.{entry.key}: equal: {', '.join(own.equal)}: but it is a control of nothing; "
            "name what it is a control of by control_of"
        )
    if not own.control_of:
        return None
    equal = tuple(own.equal) if own.equal is not None else component.equal if component else ()
    return Control(of=tuple(own.control_of), by_component=False, equal=equal)
