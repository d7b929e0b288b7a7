"""Parameter blocks: reading params.yaml, and the typed base of every block's schema.

A stage never sees the whole file. It gets a *view* that holds the blocks it declares and nothing else, so that it
cannot depend on a value that the workflow engines do not track for it.
"""

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from smoot.core.errors import ParamsError

# An engine that is given another file says so to its jobs by this variable.
PARAMS_FILE = Path(os.environ.get("SMOOT_PARAMS") or "params.yaml")

# DVC joins keys by "-" and takes "." for its path separator.
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=64)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Block(BaseModel):
    """A block of params.yaml: unknown keys are refused, values are not coerced and cannot be changed.

    A field's docstring is what `smoot explain` and the reference say of its key.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def read_params(path: Path = PARAMS_FILE) -> dict[str, Any]:
    """The file as nested dictionaries. Raises ParamsError where there is none, or no mapping in it, or DVC does not
    know that it is read.

    Read as YAML 1.2, as DVC does: YAML 1.1 takes 1e-3 for a string.
    """
    if "DVC_STAGE" in os.environ and "SMOOT_PARAMS" in os.environ:
        raise ParamsError([f"SMOOT_PARAMS: {path}: DVC compares params.yaml, and no other file; unset SMOOT_PARAMS"])
    try:
        raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParamsError([f"{path}: not found in {Path.cwd()}; run this in the project's folder"]) from None
    except OSError as error:
        raise ParamsError([f"{path}: cannot be read: {error.strerror or error}"]) from None
    except (YAMLError, ValueError) as error:
        raise ParamsError([f"{path}: not valid YAML: {' '.join(str(error).split())}"]) from None
    except RecursionError:
        raise ParamsError([f"{path}: not a file of parameters: lists or blocks nested a thousand deep"]) from None
    if not isinstance(raw, dict):
        raise ParamsError([f"{path}: holds {type(raw).__name__}, where a mapping of blocks is allowed"])
    return raw


def view(raw: dict[str, Any], blocks: list[str]) -> dict[str, Any]:
    """The blocks of `raw` under their dotted names, such as `{"methods.sgt": {"k": 0.5}}`, and nothing else."""
    return {block: _look_up(raw, block) for block in blocks}


def _look_up(raw: dict[str, Any], block: str) -> Any:
    value: Any = raw
    for key in block.split("."):
        if not isinstance(value, dict) or key not in value:
            raise ParamsError([f"{PARAMS_FILE}: {block}: missing"])
        value = value[key]
    return value
