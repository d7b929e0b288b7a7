"""Entries of `methods` that are another one once more: trained alike from the same seeds, by other random numbers."""

from collections.abc import Mapping
from typing import Any

from smoot.core.components import resolve

NOT_TRAINING = {"draw", "control_of", "equal"}
"""Keys of an entry that change nothing of how a model is trained, but for the random numbers."""


def second_draws(methods: Mapping[str, dict[str, Any]], of: str) -> set[str]:
    """The entries that differ from the entry `of` in their `draw` alone: what lies between them and it is chance.

    methods: the block of params.yaml. An option that is left out is what its component says.
    """
    if of not in methods:
        return set()
    one = resolve("methods", of, methods[of])
    found = set()
    for name, arguments in methods.items():
        other = resolve("methods", name, arguments)
        if other.component == one.component and arguments.get("draw", 0) != methods[of].get("draw", 0):
            same, others = (entry.params().model_dump(exclude=NOT_TRAINING) for entry in (one, other))
            if same == others:
                found.add(name)
    return found
