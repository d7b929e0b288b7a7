"""Counts on the CPU where a step would wait for a GPU: where it needs, on the host, a number that the GPU computes."""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import one_hot
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten
# Those whose result is a number of Python, or has a shape that depends on values.
WAITS = {
    *(aten._local_scalar_dense, aten.bincount, aten.equal, aten.is_nonzero, aten.masked_select, aten.nonzero),
    *(aten.repeat_interleave, aten.unique_consecutive, aten.unique_dim, aten._unique2),
}
BY_BOOLS = {aten.index, aten.index_put, aten.index_put_}
COPIES = {torch.Tensor.cpu, torch.Tensor.numpy, torch.Tensor.tolist, torch.Tensor.__array__}


class Waits(TorchDispatchMode):
    """Within it, `found` gets what waits for tensors that the GPU would hold: those given, and what comes of them."""

    def __init__(self, on_device: Any) -> None:
        super().__init__()
        self.found: list[str] = []
        self.suspended = False
        self.asked = _Methods(self)
        # Storages are kept, lest another tensor gets the address of one that is gone.
        self.storages: dict[int, Any] = {}
        self.hold(on_device)

    def __enter__(self) -> "Waits":
        self.asked.__enter__()
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self.asked.__exit__(*error)

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        if self.holds(args, kwargs):
            by_bools = any(leaf.dtype == torch.bool for leaf in _tensors(args[1:2]))
            waits = function.overloadpacket in WAITS or (function.overloadpacket in BY_BOOLS and by_bools)
            if waits and not self.suspended:
                self.found.append(str(function.overloadpacket))
            self.hold(result)
        return result

    def hold(self, *values: Any) -> None:
        self.storages |= {tensor.untyped_storage().data_ptr(): tensor.untyped_storage() for tensor in _tensors(values)}

    def holds(self, *values: Any) -> bool:
        return any(tensor.untyped_storage().data_ptr() in self.storages for tensor in _tensors(values))


class _Methods(TorchFunctionMode):
    """Sees the copies to the host that are none on the CPU, where no operator is called for them."""

    def __init__(self, waits: Waits) -> None:
        super().__init__()
        self.waits = waits

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        to_host = function is torch.Tensor.to and "cpu" in map(str, [*args[1:], *(kwargs or {}).values()])
        if (function in COPIES or to_host) and self.waits.holds(args):
            self.waits.found.append(f"Tensor.{function.__name__}")
        # It checks the labels on the CPU alone, if it is told how many classes there are.
        self.waits.suspended = function is one_hot and len(args) + len(kwargs or {}) == 2
        try:
            return function(*args, **(kwargs or {}))
        finally:
            self.waits.suspended = False


def _tensors(values: Any) -> list[torch.Tensor]:
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, torch.Tensor)]


def fetched_later(values: torch.Tensor) -> Callable[[], list[float]]:
    """In the place of `Machine.fetch`, which gives the numbers of a step once they have left the device."""
    with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction():
        numbers = values.tolist()
    return lambda: numbers
