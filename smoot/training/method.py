"""What a training method is: the contract of the modules in `smoot.methods`."""

from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator
from torch import nn

from smoot.core.params_file import Block, Fraction
from smoot.masking import MaskingOverride
from smoot.training.context import Context
from smoot.training.step import Batch, Step


class MaskedParams(Block):
    """What all masked methods have. OWN: the masking options that make the method what it is, and cannot be changed."""

    OWN: ClassVar[dict[str, str]] = {}

    weight: Annotated[float, Field(ge=0, description="λ, the weight of the KL term")] = 1.0
    k: Annotated[Fraction, Field(description="the fraction of an image's pixels that is masked")] = 0.5
    masking: Annotated[
        MaskingOverride,
        Field(validate_default=True, description="options that differ from the masking block's"),
    ] = MaskingOverride()

    @field_validator("masking")
    @classmethod
    def _with_own(cls, masking: MaskingOverride) -> MaskingOverride:
        given = masking.model_dump(exclude_none=True)
        for option, value in cls.OWN.items():
            if given.get(option, value) != value:
                raise ValueError(f"{option}: {given[option]}: should be {value}, which is this method's own")
        return MaskingOverride(**given | cls.OWN)


class Method(ABC):
    """A training method: turns a batch into gradients."""

    trained: ClassVar[bool] = True
    """False for a null, whose model stays as it was drawn."""

    def __init__(self, params: Block, context: Context) -> None:
        self.params = params
        self.context = context

    @staticmethod
    def epochs(params: Block, epochs: int) -> int:
        """How many epochs it trains where the training block says `epochs`."""
        return epochs

    @property
    def overrides(self) -> dict[str, str]:
        """The masking options in which it differs from the shared block, by its entry or by what it is."""
        if not isinstance(self.params, MaskedParams):
            return {}
        shared = self.context.masking.model_dump()
        own = self.params.masking.model_dump(exclude_none=True)
        return {option: value for option, value in own.items() if value != shared[option]}

    @abstractmethod
    def step(self, model: nn.Module, batch: Batch) -> Step:
        """Leaves the gradients of its loss in the parameters' `.grad`; the caller zeroes them and steps."""

    def record(self) -> dict[str, float]:
        """The method's own columns of the training history, for the epoch that has ended; called once an epoch."""
        return {}

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on, tensors and plain values."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes back what `state` gave."""
        if state:
            raise ValueError(f"{type(self).__module__} keeps no state, but was given {', '.join(sorted(state))}")
