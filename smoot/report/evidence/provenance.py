"""Where a report's numbers come from: code, machines and packages."""

import subprocess
from io import StringIO
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from smoot.core.git import git
from smoot.core.params_file import view


def commit() -> str:
    """The git commit of the working folder, marked where files under version control differ from it."""
    try:
        head = git("rev-parse", "HEAD").strip()
        # The stages' own outputs are versioned too, and change with every run.
        dirty = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!reports", ":!dvc.lock")
    except (OSError, subprocess.CalledProcessError):
        return "not in a git repository"
    return head + (" with uncommitted changes" if dirty else "")


def machines(costs: pd.DataFrame) -> list[dict[str, object]]:
    """One entry for each kind of machine and set of versions that the runs used, with the number of runs."""
    facts = [
        machine | {"deterministic": deterministic}
        for machine, deterministic in zip(costs["machine"], costs["deterministic"], strict=True)
    ]
    columns = sorted({name for machine in facts for name in machine})
    counted = pd.DataFrame(facts, columns=columns).astype(str).value_counts(sort=False).reset_index(name="runs")
    return counted.to_dict("records")


def not_deterministic(costs: pd.DataFrame) -> int:
    """How many runs were made with `compute.deterministic: false`, and may come out otherwise when made again."""
    return int((~costs["deterministic"].astype(bool)).sum())


def outdated(made_with: dict[str, Any], params: dict[str, Any]) -> bool:
    """Whether a run or scores were made with other parameters than those of the report."""
    return made_with != view(params, list(made_with))


def as_yaml(params: dict[str, Any]) -> str:
    text = StringIO()
    YAML(typ="safe", pure=True).dump(params, text)
    return text.getvalue()
