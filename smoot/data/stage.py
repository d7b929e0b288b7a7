"""`smoot fetch`: one data set, from its source to results/data/."""

from typing import Any

from smoot.core import registry
from smoot.core.cells import data_folder
from smoot.core.progress import say
from smoot.data import store


def blocks(dataset: str) -> list[str]:
    """The blocks of params.yaml that this stage reads."""
    return [f"datasets.{dataset}"]


def run(dataset: str, view: dict[str, Any]) -> None:
    source = registry.load("smoot.datasets", dataset)
    params = source.Params.model_validate(view[f"datasets.{dataset}"])
    splits = source.load(params)
    folder = data_folder(dataset)
    store.write(folder, splits, source.DESCRIPTION)
    say(f"{folder}: " + ", ".join(f"{len(split)} {name}" for name, split in splits.items()))
