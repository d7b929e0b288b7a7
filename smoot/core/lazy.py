"""torch, imported at its first use: what reads a parameter file alone needs no torch, and is seconds faster.

Modules that hold schemas beside code take it from here: training methods, attributions, and what both share.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
else:

    class _Torch:
        def __getattr__(self, name: str) -> Any:
            return getattr(import_module("torch"), name)

    torch = _Torch()

__all__ = ["torch"]
