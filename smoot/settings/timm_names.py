"""Models and optimisers by timm's names: which of params.yaml's timm does not have. timm is asked only in doubt.

Importing timm takes seconds, and reading its source for a name does not.
"""

import functools
import importlib.util
from pathlib import Path

from smoot import models
from smoot.core.errors import ParamsError, SmootError
from smoot.core.params_file import PARAMS_FILE
from smoot.settings.params import Params
from smoot.training.recipe import Recipe

COMMON_OPTIMISERS = ("adadelta", "adam", "adamw", "momentum", "sgd")
"""Optimisers that timm has, and that take whatever a recipe gives."""


def check_names(params: Params) -> None:
    """Raises ParamsError with a line for each model that timm does not have or another one hides, and for an optimiser
    that it cannot make.
    """
    lines = [
        f"{PARAMS_FILE}: models.{name}.timm: {model.name}: timm has no such model; see timm.list_models()"
        for name, model in params.models.items()
        if not is_model(model.name)
    ]
    lines += [
        f"{PARAMS_FILE}: models.{name}.timm: {model.name}: the key is the name of another model; give it one of its own"
        for name, model in params.models.items()
        if model.name != name and _in_source(name) and is_model(model.name)
    ]
    for name in params.methods:
        own = "optimizer" in getattr(params.method(name).params(), "training", {})
        lines += optimiser_errors(params.recipe(name), f"methods.{name}.training" if own else "training")
    if lines:
        raise ParamsError(list(dict.fromkeys(lines)))


def is_model(name: str) -> bool:
    """Whether timm has a model of this name, smoot's own included."""
    if _in_source(name.partition(".")[0]):
        return True
    import timm

    import smoot.models.create  # noqa: F401  (registers our own)

    return timm.is_model(name)


def optimiser_errors(recipe: Recipe, block: str) -> list[str]:
    """What is wrong with the recipe's optimiser, if anything. block: where it is named in the parameter file."""
    if recipe.optimizer in COMMON_OPTIMISERS:
        return []
    from torch import nn

    from smoot.training.optimiser import make_optimizer

    try:
        make_optimizer(nn.Linear(1, 1), recipe, block)
    except SmootError as error:
        return [str(error)]
    return []


def _in_source(architecture: str) -> bool:
    registered = f"@register_model\ndef {architecture}(".encode()
    return any(registered in source for source in _sources())


@functools.cache
def _sources() -> list[bytes]:
    timm = importlib.util.find_spec("timm")
    assert timm and timm.submodule_search_locations
    folders = [Path(timm.submodule_search_locations[0], "models"), *map(Path, models.__path__)]
    return [path.read_bytes() for folder in folders for path in folder.glob("*.py")]
