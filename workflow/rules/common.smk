# What the rules share: the checked params.yaml, and how a rule names its blocks and its code.
import json
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.settings.types import ExecMode

from smoot.core.params_file import read, view
from smoot.core.errors import ParamsError


try:
    PARAMS = read()
    # A job's own process parses this file again: it need not check again.
    if workflow.exec_mode == ExecMode.DEFAULT:
        from smoot.params import validate

        validate(PARAMS)
except ParamsError as error:
    raise WorkflowError(str(error))

GRID = PARAMS["grid"]
THREADS = PARAMS["compute"]["threads"]


wildcard_constraints:
    dataset=r"[a-z0-9_]+",
    model=r"[a-z0-9_]+",
    method=r"[a-z0-9_]+",
    panel=r"[a-z0-9_]+",
    seed=r"\d+",


def blocks(*names):
    """The blocks of params.yaml that a cell uses, as one canonical string: Snakemake compares nothing finer."""

    def of(wildcards):
        return json.dumps(view(PARAMS, [name.format(**wildcards) for name in names]), sort_keys=True)

    return of


def code(*places):
    """The source files at `places`; of a folder, all files in it but compiled ones."""
    files = []
    for place in map(Path, places):
        found = place.rglob("*") if place.is_dir() else [place]
        files += sorted(str(path) for path in found if path.is_file() and "__pycache__" not in path.parts)
    return files


def datasets_code(dataset):
    """The files of the data sets that an entry is made from: its own, and its base's.

    DVC depends on all of them, and stops where the data come out as they were. Snakemake would train everything anew.
    """
    entry = PARAMS["datasets"][dataset]
    nested = [value for value in entry.values() if isinstance(value, dict)]
    names = [entry.get("dataset", dataset)] + [value["dataset"] for value in nested if "dataset" in value]
    return [f"smoot/datasets/{name}.py" for name in names]


def data(wildcards):
    """The files of a data set."""
    return [path.format(**wildcards) for path in DATA]


DATA = ["results/data/{dataset}/dataset.json"] + [
    f"results/data/{{dataset}}/{split}_{array}.npy"
    for split in ("train", "val", "test")
    for array in ("images", "labels", "masks")
]
