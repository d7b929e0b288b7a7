"""An entry of the `models` block."""

from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from smoot.core import components
from smoot.core.params_file import Block


class WeightsFile(Block):
    """First weights that lie on this machine."""

    file: str = Field(min_length=1)
    """A file of safetensors, or of torch.save with a state dict. A relative path counts from the project's folder."""
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    """The file's SHA-256, 64 hexadecimal digits. Other weights have another one, and are trained from anew."""


class ModelEntry(Block):
    """A model of timm's, and the weights that training begins with: drawn, timm's, or those of a file."""

    timm: str | None = Field(None, min_length=1)
    """timm's name of the model. null: the entry's own key is the name."""
    kwargs: dict[str, Any] = Field(default_factory=dict)
    """Arguments for `timm.create_model`, such as `{drop_rate: 0.1}` or `{pretrained: true}`."""
    upsample: int | None = Field(None, ge=8, le=1024)
    """The side in pixels to which images are enlarged inside the model, for a network that needs more than the data
    have. Maps still have a value for each pixel of the data."""
    weights: WeightsFile | None = None
    """A local file of first weights. null: drawn by the seed, or timm's own with `kwargs: {pretrained: true}`."""
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
