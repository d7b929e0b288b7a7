"""First weights that are not drawn: of a file on this machine, or timm's own from the hub."""

import hashlib
import io
import pickle
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import try_to_load_from_cache
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from timm.models import adapt_input_conv
from torch import Tensor, nn

from smoot.artifacts.run import Weights
from smoot.core.errors import SmootError
from smoot.core.progress import say
from smoot.core.text import some
from smoot.models.model_entry import WeightsFile

WRAPPERS = ("state_dict", "model")
"""Keys under which training scripts store the tensors."""
NOT_LEARNED = "num_batches_tracked"
"""A count in batch norm's state, which old files lack."""
NAMED = 3  # tensors that a message names


def load_file(network: nn.Module, weights: WeightsFile, layers: dict[str, Any], where: str) -> Weights:
    """Puts the file's tensors into `network`, and says which did not fit and stay as they were drawn.

    layers: timm's pretrained configuration of the model, whose `first_conv` and `classifier` may differ from the
    file's in channels and classes. where: the entry, for messages. Raises SmootError, of one line, where the file is
    missing, of another checksum, not of tensors alone, or not of this model.
    """
    tensors = read_weights(weights, where)
    own = network.state_dict()
    classifiers = tuple(f"{name}." for name in _names(layers.get("classifier")))
    source = f"{where}.weights.file: {weights.file}"
    first_layers = [f"{name}.weight" for name in _names(layers.get("first_conv"))]
    others = [name for name in first_layers if _of_other_channels(tensors.get(name), own.get(name))]
    for name in others:
        tensors[name] = _with_channels(tensors[name], own[name].shape[1])
        if tensors[name].shape == own[name].shape:
            say(f"{source}: adapted to {own[name].shape[1]} channels: {name}")
    fitting = {name: tensor for name, tensor in tensors.items() if name in own and tensor.shape == own[name].shape}
    if not fitting:
        raise SmootError(f"{source}: none of its {len(tensors)} tensors fits; expected: {some(list(own), most=NAMED)}")
    drawn = [name for name in own if name not in fitting and not name.endswith(NOT_LEARNED)]
    foreign = [name for name in tensors if name not in own]
    wrong = [name for name in drawn + foreign if name not in others and not name.startswith(classifiers)]
    if wrong:
        problems = [f"{name} is {_form(name, tensors)}, expected {_form(name, own)}" for name in wrong]
        raise SmootError(f"{source}: not of this model: {some(problems, '; ', NAMED)}")
    network.load_state_dict(own | fitting)
    if drawn:
        say(f"{source}: did not fit, so drawn: {', '.join(drawn)}")
    return Weights(source=weights.file, revision=weights.sha256, drawn=tuple(drawn))


def read_weights(weights: WeightsFile, where: str) -> dict[str, Tensor]:
    """The file's tensors, by name; never unpickled otherwise. Raises SmootError, as `load_file` does."""
    source = f"{where}.weights.file: {weights.file}"
    try:
        content = Path(weights.file).expanduser().read_bytes()
    except OSError as error:
        raise SmootError(f"{source}: cannot be read: {error.strerror}; expected: a file of tensors") from None
    if (digest := hashlib.sha256(content).hexdigest()) != weights.sha256:
        raise SmootError(f"{where}.weights.sha256: {weights.sha256}: {weights.file} has {digest}")
    expected = "expected: safetensors, or a state dict of tensors by torch.save"
    try:
        if Path(weights.file).suffix == ".safetensors":
            return load_safetensors(content)
        tensors = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise SmootError(f"{source}: damaged, or holds code or objects, which are not loaded; {expected}") from None
    except (SafetensorError, RuntimeError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise SmootError(f"{source}: damaged, or not what its name says ({reason}); {expected}") from None
    for key in WRAPPERS:
        if isinstance(tensors, dict) and isinstance(tensors.get(key), dict):
            tensors = tensors[key]
    if not isinstance(tensors, dict) or not all(isinstance(tensor, Tensor) for tensor in tensors.values()):
        raise SmootError(f"{source}: not tensors by name, at the top or under {' or '.join(WRAPPERS)}; {expected}")
    return dict(tensors)


def from_hub(network: nn.Module, layers: dict[str, Any], classes: int, cache: str | None = None) -> Weights:
    """The weights that timm has put into `network`. layers: its pretrained configuration. cache: the hub's folder."""
    repository, _, revision = (layers.get("hf_hub_id") or layers.get("url") or "timm").partition("@")
    names = filter(None, [layers.get("hf_hub_filename"), "model.safetensors", "pytorch_model.bin"])
    if "://" not in repository:
        paths = [try_to_load_from_cache(repository, name, cache, revision or None) for name in names]
        # They are .../snapshots/REVISION/FILE, or say that there is no such file.
        revision = next((Path(path).parent.name for path in paths if isinstance(path, str)), revision)
    drawn: list[str] = []
    if classes != layers.get("num_classes"):
        classifiers = tuple(f"{name}." for name in _names(layers.get("classifier")))
        drawn = [name for name in network.state_dict() if name.startswith(classifiers)]
    return Weights(source=repository, revision=revision or "unknown", drawn=tuple(drawn))


def _names(layers: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (layers,) if isinstance(layers, str) else tuple(layers or ())


def _of_other_channels(weight: Tensor | None, own: Tensor | None) -> bool:
    """Whether two weights of a convolution differ in their input channels alone."""
    if weight is None or own is None or weight.ndim != own.ndim or weight.ndim < 2:
        return False
    alike = weight.shape[0] == own.shape[0] and weight.shape[2:] == own.shape[2:]
    return alike and weight.shape[1] != own.shape[1]


def _with_channels(weight: Tensor, channels: int) -> Tensor:
    """A first layer's weight for so many channels, as timm adapts it; as it was where timm cannot."""
    try:
        return adapt_input_conv(channels, weight)
    except (AssertionError, NotImplementedError, ValueError):
        return weight


def _form(name: str, tensors: dict[str, Tensor]) -> str:
    return "×".join(map(str, tensors[name].shape)) or "a number" if name in tensors else "missing"
