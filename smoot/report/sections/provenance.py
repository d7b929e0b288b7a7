"""Where the numbers come from."""

from smoot import __version__
from smoot.core.text import count
from smoot.report.evidence.provenance import as_yaml, commit, machines
from smoot.report.page import Cell, Column, Listing, Part, Row, Section, Table
from smoot.report.study import Study


def build(study: Study) -> Section:
    facts = [("smoot", f"{__version__}, commit {commit()}")]
    for machine in machines(study.evidence.costs):
        told = ", ".join(f"{key} {value}" for key, value in machine.items() if key != "runs")
        facts.append((count(int(str(machine["runs"])), "run"), told))
    for name, dataset in study.evidence.datasets.items():
        sizes = ", ".join(f"{split} {size:,}" for split, size in dataset.sizes.items())
        facts.append((name, f"{dataset.title}; {sizes}; {dataset.source}; {dataset.licence}{_masks(study, name)}"))
    rows = tuple(Row((Cell(name), Cell(told))) for name, told in facts)
    table = Table("provenance", (Column("what"), Column("made by")), rows, "Code, machines and data")
    return Section(
        "provenance",
        "Provenance",
        "What made this report, and every parameter of it.",
        (table, Part("params.yaml", (Listing(as_yaml(study.params)),), folded=True)),
        of_machine=True,
    )


def _masks(study: Study, name: str) -> str:
    """What a data set's masks are, and how much of an image the object covers."""
    masks = study.evidence.datasets[name].masks
    covered = [shares[name]["object"] for shares in study.evidence.shares.values() if "object" in shares.get(name, {})]
    if not masks or not covered:
        return ""
    return f"; masks: {masks}; the object covers {100 * covered[0]:.0f} % of an image, on average"
