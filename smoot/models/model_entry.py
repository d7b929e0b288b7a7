"""An entry of the `models` block."""

from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from smoot.core import components
from smoot.core.params_file import Block


class WeightsFile(Block):
    """First weights that lie on this machine."""

    file: str = Field(min_length=1, description="safetensors, or a state dict by torch.save; from the project's folder")
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] = Field(description="its checksum")


class ModelEntry(Block):
    """A model of timm's, and the weights that training begins with: drawn, timm's, or those of a file."""

    timm: str | None = Field(None, min_length=1, description="timm's name of it; the entry's own key if not given")
    kwargs: dict[str, Any] = Field(default_factory=dict, description="for timm.create_model")
    upsample: int | None = Field(
        None,
        ge=8,
        le=1024,
        description="side to which images are enlarged for a network that needs more pixels than they have",
    )
    weights: WeightsFile | None = None
    _key: str = PrivateAttr("")

    @classmethod
    def of(cls, key: str, block: dict[str, Any]) -> Self:
        """The entry at `key` of `models`. Raises pydantic's ValidationError."""
        entry = components.resolve("models", key, block)
        model = cls.model_validate({"timm": entry.component} | entry.arguments)
        model._key = key
        return model

    @property
    def name(self) -> str:
        """timm's name of it."""
        return self.timm or self._key

    @property
    def block(self) -> str:
        """Where it stands in params.yaml, for messages."""
        return f"models.{self._key}" if self._key else "models"

    @property
    def pretrained(self) -> bool:
        """Whether its first weights are timm's."""
        return bool(self.kwargs.get("pretrained"))

    @model_validator(mode="after")
    def _begins_with_one_kind_of_weights(self) -> Self:
        if self.weights is not None and self.pretrained:
            raise ValueError("weights and kwargs: {pretrained: true}: first weights are of one kind; remove one")
        return self
