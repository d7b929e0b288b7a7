"""`smoot report`: compares all cells of the grid in reports/{name}/."""

from typing import Any

from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import ReportFolder
from smoot.core.errors import SmootError
from smoot.core.progress import say
from smoot.core.text import listed
from smoot.report import index
from smoot.report.evidence.evidence import Evidence, read_evidence
from smoot.report.study import Study
from smoot.report.write import write_folder


def report_grid(view: dict[str, Any], partial: bool = False) -> None:
    """Raises SmootError where cells are missing and `partial` is false, where no cell is there, or one is damaged."""
    evidence = read_evidence(Grid.model_validate(view["grid"]), view)
    if evidence.missing and not partial:
        paths = listed(list(evidence.missing), indent="  ")
        raise SmootError(f"missing results (--partial reports without them):\n{paths}")
    if not evidence.methods:
        raise SmootError("no cell of the grid has been trained: nothing to report")
    make(evidence, view)


def make(evidence: Evidence, params: dict[str, Any]) -> None:
    """The report of the evidence. params: the blocks of params.yaml that it is made with."""
    study = Study(evidence, params)
    folder = ReportFolder(study.report.name)
    write_folder(study, folder)
    index.write_index()
    runs = len(evidence.costs)
    say(f"{folder.page}: {runs} of {len(study.grid.cells())} runs")
