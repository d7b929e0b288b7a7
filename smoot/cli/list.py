"""`smoot list`: the components there are, and what is known of them."""

from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Literal

import typer
from tabulate import tabulate

from smoot.core import components
from smoot.core.errors import SmootError

Kind = Literal["datasets", "methods", "attributions", "metrics"]
Facts = dict[str, str]
"""What is known of one component, by the heads of the columns."""


def list_(
    kind: Annotated[Kind | None, typer.Argument(help="All kinds, by name only, if not given.")] = None,
) -> None:
    """List the data sets, training methods, attributions or metrics there are, and what is known of them."""
    print(component_table(kind) if kind else component_names())


def component_names() -> str:
    """One line for each kind of component."""
    return "\n".join(f"{kind}: {', '.join(components.names(kind))}" for kind in ROWS)


def component_table(kind: str) -> str:
    """A row for each component of the kind, a key of ROWS."""
    rows = [{"name": name} | ROWS[kind](components.load(kind, name)) for name in components.names(kind)]
    return tabulate(rows, headers="keys", tablefmt="simple", disable_numparse=True)


def _dataset(component: ModuleType) -> Facts:
    card = component.CARD
    try:
        where = str(component.where() or "no")
    except SmootError as error:
        where = str(error)
    return {
        "title": card.title,
        "images": card.size,
        "classes": card.classes,
        "object masks": card.masks,
        "licence": card.licence,
        "on this machine": where,
    }


def _metric(component: ModuleType) -> Facts:
    if not hasattr(component, "INFO"):
        return {
            "": "",
            "title": _described(component)["what it is"],
            "category": "as params.yaml says",
            "range": "",
            "F forward, S shared, E map": "the metric's",
            "citation": "Hedström et al., JMLR 2023",
        }
    info = component.INFO
    return {
        "": info.arrow,
        "title": info.title,
        "category": info.category,
        "range": info.range,
        "F forward, S shared, E map": info.cost or "–",
        "citation": info.citation,
    }


def _described(component: ModuleType) -> Facts:
    return {"what it is": (component.__doc__ or "").partition("\n")[0].partition(": ")[2]}


ROWS: dict[str, Callable[[ModuleType], Facts]] = {
    "datasets": _dataset,
    "methods": _described,
    "attributions": _described,
    "metrics": _metric,
}
