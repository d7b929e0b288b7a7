"""The methods that a control is held against: those that it names, or those of the components that it names."""

from collections.abc import Mapping
from typing import Protocol

from smoot.artifacts.run import Control


class Declared(Protocol):
    """What is known of a method: a record of a run of it, or its entry of params.yaml."""

    @property
    def component(self) -> str: ...

    @property
    def control(self) -> Control | None: ...


def controlled(methods: Mapping[str, Declared], control: str) -> list[str]:
    """The methods that `control` is a control of; none of a method that is no control."""
    declared = methods[control].control
    if declared is None:
        return []
    if declared.by_component:
        return [method for method in of_components(methods, declared.of) if method != control]
    return [method for method in declared.of if method in methods]


def of_components(methods: Mapping[str, Declared], components: tuple[str, ...]) -> list[str]:
    """The methods of the components: of each the one of its name, or else all that are no controls themselves."""
    found: list[str] = []
    for component in components:
        if component in methods:
            found.append(component)
        else:
            found += [name for name, one in methods.items() if one.component == component and not one.control]
    return list(dict.fromkeys(found))
