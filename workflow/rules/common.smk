# What the rules share: the checked parameter file, and how a rule names its blocks and its code.
import json
import os
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.settings.types import ExecMode

if workflow.config_settings.config:
    raise WorkflowError(
        f"--config {' '.join(workflow.config_settings.config)}: the workflow's parameters are those of params.yaml; "
        "edit it, or give another file by --configfile"
    )
if len(workflow.config_settings.configfiles) > 1:
    raise WorkflowError("--configfile: more than one file; one that is complete is allowed, in the place of params.yaml")
for path in workflow.config_settings.configfiles:
    # Before smoot reads it; and for the commands of the jobs.
    os.environ.update(SMOOT_PARAMS=str(Path(path).resolve()))

# The code beside this file, here and in the jobs, and not that of another clone which shares the environment.
CODE_FOLDER = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
if Path("smoot/__init__.py").is_file() and not Path("smoot").samefile(CODE_FOLDER / "smoot"):
    raise WorkflowError(
        f"{Path.cwd()} holds a package smoot of its own, and this Snakefile belongs to {CODE_FOLDER / 'smoot'}: "
        "give the Snakefile of that folder, or another --directory"
    )
if (CODE_FOLDER / "smoot").is_dir():
    sys.path.insert(0, str(CODE_FOLDER))
    os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, [str(CODE_FOLDER), os.environ.get("PYTHONPATH")])))

os.environ.update(SMOOT_KEEP_LOG=str(CODE_FOLDER / "workflow/keep_log.sh"))

from smoot.engines.code import digest
from smoot.core.errors import SmootError
from smoot.core.machine import Compute
from smoot.core.params_file import read_params
from smoot.engines.stages import STAGES, code_keys, view_of


try:
    PARAMS = read_params()
    # A job's own process parses this file again: it need not check again.
    if workflow.exec_mode == ExecMode.DEFAULT:
        from smoot.engines.executors import teach
        from smoot.settings.validation import validate

        validate(PARAMS)
        teach()
except SmootError as error:
    raise WorkflowError(str(error))

GRID = PARAMS["grid"]
THREADS = Compute.model_validate(PARAMS["compute"]).threads


CLUSTER = yaml.safe_load((CODE_FOLDER / "workflow/cluster.yaml").read_text()) or {}
for stage, values in CLUSTER.items():
    where = f"workflow/cluster.yaml: {stage}"
    if stage not in STAGES:
        raise WorkflowError(f"{where}: no such stage; allowed: {', '.join(STAGES)}")
    if not isinstance(values, dict):
        raise WorkflowError(f"{where}: {values}: resources by name are allowed, such as mem_mb: 6000")
    for name, value in values.items():
        if not value or not all(isinstance(one, (int, str)) for one in (value if isinstance(value, list) else [value])):
            raise WorkflowError(f"{where}.{name}: {value}: a number, a text or a list of them, one an attempt, is allowed")


wildcard_constraints:
    dataset=r"[a-z0-9_]+",
    model=r"[a-z0-9_]+",
    method=r"[a-z0-9_]+",
    panel=r"[a-z0-9_]+",
    seed=r"\d+",


def be_alone():
    from smoot.engines.exclusive import no_dvc

    try:
        no_dvc()
    except SmootError as error:
        raise WorkflowError(str(error))


def tell_status():
    from smoot.cli.status import status_text
    from smoot.settings.validation import validate

    print(status_text(PARAMS, validate(PARAMS)), file=sys.stderr)


def blocks(stage):
    """The blocks of params.yaml that a job uses, as one canonical string: Snakemake compares nothing finer."""
    return lambda wildcards: json.dumps(view_of(PARAMS, stage, **wildcards), sort_keys=True)


def code(stage, coordinate=None):
    """A digest of the code that a job runs. coordinate: the wildcard that names its entry, such as "method"."""
    return lambda wildcards: digest(PARAMS, stage, getattr(wildcards, coordinate) if coordinate else "")


def asked(rule):
    """What workflow/cluster.yaml asks for a job of the rule, by attempt where it is a list there."""
    values = {name: by_attempt(value) if isinstance(value, list) else value for name, value in CLUSTER.get(rule, {}).items()}
    return values | {"attempt": lambda wildcards, attempt: attempt}


def by_attempt(values):
    return lambda wildcards, attempt: values[min(attempt, len(values)) - 1]


def data(wildcards):
    """The files of a data set."""
    return [path.format(**wildcards) for path in DATA]


DATA = ["results/data/{dataset}/dataset.json"] + [
    f"results/data/{{dataset}}/{split}_{array}.npy"
    for split in ("train", "val", "test")
    for array in ("images", "labels", "masks")
]
CODE = [str(Path("results/code", stage, key)) for stage, key in code_keys(PARAMS)]
