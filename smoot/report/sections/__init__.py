"""The sections of a report, one file each.

A section is a module with `build(study: Study) -> Section | None`, None where there is nothing to show; `Section`, and
the notes, tables and figures that it is made of, are in `smoot.report.page`. SECTIONS makes the page and its
navigation: a new section is one file and one name in it. The own sections of a project, `components/sections/NAME.py`
beside its params.yaml, come after these.
"""

from collections.abc import Iterator

from smoot.core.components import load_own
from smoot.report.page import Section
from smoot.report.sections import (
    answer,
    budgets,
    cautions,
    claims,
    controls,
    cost,
    curves,
    frontier,
    map_or_model,
    maps,
    provenance,
    reading,
    sanity,
    scores,
    seeds,
    training,
    truth,
)
from smoot.report.study import Study

SECTIONS = [
    answer,
    map_or_model,
    frontier,
    claims,
    cautions,
    maps,
    truth,
    sanity,
    controls,
    scores,
    curves,
    seeds,
    training,
    budgets,
    cost,
    reading,
    provenance,
]


def sections(study: Study) -> Iterator[Section]:
    """Those that have something to show, in the page's order. Each is built when it is asked for."""
    for module in [*SECTIONS, *load_own("sections")]:
        section = module.build(study)
        if section is not None:
            yield section
