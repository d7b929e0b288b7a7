"""Nested state in one safetensors file: nothing in it is executed when it is read."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from smoot.core.files import atomic

TENSOR = "tensor"


class UnreadableError(Exception):
    """The file is damaged, or not one of ours."""


def write_archive(path: Path, state: Any) -> None:
    """state: nested dictionaries, lists and tuples of tensors, dtypes and plain values; keys may be integers.

    Written atomically: a reader finds the old file or the new one.
    """
    tensors: dict[str, Tensor] = {}
    structure = json.dumps(_taken_apart(state, tensors))
    content = save(tensors, metadata={"structure": structure})
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def read_archive(path: Path) -> Any:
    """What was written, its tensors contiguous and on the CPU. Raises UnreadableError."""
    try:
        with safe_open(path, framework="pt") as file:
            structure = json.loads(file.metadata()["structure"])
            return _put_together(structure, {name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(str(error)) from error


def _taken_apart(value: Any, tensors: dict[str, Tensor]) -> Any:
    """JSON that says where in `state` each of the tensors belongs."""
    if isinstance(value, Tensor):
        name = str(len(tensors))
        tensors[name] = value.detach().cpu().contiguous()
        return {TENSOR: name}
    if isinstance(value, dict):
        return {"items": [[key, _taken_apart(item, tensors)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": _taken_apart(list(value), tensors)}
    if isinstance(value, list):
        return [_taken_apart(item, tensors) for item in value]
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    return value


def _put_together(value: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, list):
        return [_put_together(item, tensors) for item in value]
    if isinstance(value, dict):
        if TENSOR in value:
            return tensors[value[TENSOR]]
        if "tuple" in value:
            return tuple(_put_together(value["tuple"], tensors))
        if "dtype" in value:
            return getattr(torch, value["dtype"])
        return {key: _put_together(item, tensors) for key, item in value["items"]}
    return value
