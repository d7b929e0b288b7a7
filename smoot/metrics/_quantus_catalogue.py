"""What Quantus has, read from its source: importing it takes seconds, which checking params.yaml should not."""

import ast
import functools
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

# What `smoot.metrics._quantus_call.run` decides by itself, and what would leave no value an image.
OWN = {
    "self", "disable_warnings", "display_progressbar", "normalise_func_kwargs", "return_aggregate", "softmax",
    "model", "x_batch", "y_batch", "a_batch", "s_batch", "explain_func_kwargs", "device", "custom_batch",
}  # fmt: skip


class Signature(NamedTuple):
    """The names that can be given to a metric."""

    arguments: set[str]
    """When it is made."""
    call: set[str]
    """When it is called."""


@functools.cache
def metrics() -> dict[str, Signature]:
    """Every metric of Quantus by the name of its class. Without arguments that are functions: YAML has none."""
    spec, signatures = find_spec("quantus"), {}
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("quantus is not installed")
    for path in sorted((Path(spec.origin).parent / "metrics").glob("*/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                methods = {method.name: method for method in node.body if isinstance(method, ast.FunctionDef)}
                if {"__init__", "__call__"} <= methods.keys():
                    signatures[node.name] = Signature(_names(methods["__init__"]), _names(methods["__call__"]))
    return signatures


def _names(function: ast.FunctionDef) -> set[str]:
    kinds = {
        argument.arg: ast.unparse(argument.annotation) if argument.annotation else ""
        for argument in (*function.args.args, *function.args.kwonlyargs)
    }
    return {name for name, kind in kinds.items() if "Callable" not in kind or "str" in kind} - OWN
