"""A copy of the project to run engines in, with the environment that runs the tests."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from builders import PROJECT
from ruamel.yaml import YAML

from smoot.core.params_file import read_params

YAML_FILE = YAML()


class Project:
    """One checkout. Commands run in it, and find its code before any other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def checkout(cls, folder: Path) -> "Project":
        """The project's files as they are now, without anything that was built, as a git repository of its own."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=PROJECT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        for name in listed.split("\0")[:-1]:
            # Published reports and their lock are outputs, and those of other parameters.
            if (PROJECT / name).is_file() and not name.startswith("reports/") and name != "dvc.lock":
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, folder / name)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        project = cls(folder)
        project.run("smoot", "preset", "smoke")
        return project

    def copy(self, folder: Path) -> "Project":
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        return Project(folder)

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.folder),
            # No compiled files beside the code, so that folders of code hold code alone.
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *command: str, check: bool = True, timeout: float = 600) -> str:
        """Standard output and error of `command`."""
        # A file, not a pipe: what a command leaves running in the background may hold a pipe open for ever.
        with tempfile.TemporaryFile("w+") as said:
            code = subprocess.run(
                command, cwd=self.folder, env=self.environment(), stdout=said, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, timeout=timeout,
            ).returncode  # fmt: skip
            said.seek(0)
            output = said.read()
        if check and code:
            raise AssertionError(f"{' '.join(command)} ended with {code}:\n{output}")
        return output

    def dvc(self, *arguments: str) -> list[str]:
        """Runs `dvc repro`. Returns the names of the stages that it ran, sorted."""
        lines = self.run("dvc", "repro", *arguments).splitlines()
        return sorted(line.split("'")[1] for line in lines if line.startswith("Running stage"))

    def snakemake(self, *arguments: str) -> list[str]:
        """Runs `snakemake`. Returns its jobs as DVC's stages would be named, sorted; `all` is not among them."""
        output = self.run("snakemake", *arguments)
        jobs, rule = [], None
        for line in output.splitlines():
            word = line.split()
            if line.startswith(("rule ", "localrule ")):
                rule = word[1].rstrip(":")
                jobs.append(rule)
            elif line.strip().startswith("wildcards:"):
                values = [pair.split("=")[1].strip() for pair in line.split(":", 1)[1].split(",")]
                jobs[-1] = f"{rule}@{'-'.join(values)}"
        return sorted(job for job in jobs if job != "all")

    @property
    def params(self) -> dict[str, Any]:
        return read_params(self.folder / "params.yaml")

    def change(self, dotted: str, value: Any) -> None:
        """Sets one value of params.yaml, such as "grid.seeds"."""
        path = self.folder / "params.yaml"
        params = YAML_FILE.load(path)
        *blocks, key = dotted.split(".")
        block = params
        for name in blocks:
            block = block[name]
        block[key] = value
        YAML_FILE.dump(params, path)

    def results(self) -> dict[str, bytes]:
        """All results but logs, locks and what runs cost."""
        root = self.folder / "results"
        files = (path for path in root.rglob("*") if path.is_file() and path.name != "cost.json")
        kept = (path for path in files if not {"logs", "checkpoints"} & {*path.parts})
        return {str(path.relative_to(root)): path.read_bytes() for path in kept}

    def report(self, name: str) -> str:
        return (self.folder / "reports/smoke" / name).read_text()
