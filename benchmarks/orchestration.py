"""What the engines themselves cost: CPU seconds of dry, full and idle runs whose commands take no time.

The pipeline's own files with a `smoot` that only touches its outputs. Half of a size's jobs train and half score.
Snakemake builds each size from nothing. DVC takes over what it built by `dvc commit`, up to --dvc jobs, and builds
sizes up to --dvc-full by itself.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from tabulate import tabulate

PROJECT = Path(__file__).parents[1]
FILES = ("Snakefile", "workflow", "profiles", "dvc.yaml", ".dvc/config", ".dvcignore", ".gitignore", "smoot")
METHODS = 4
YAML_FILE = YAML()

INSTANT = """#!/bin/sh
# The outputs of a stage's command, each with a content of its own.
stage=$1
shift
while [ $# -gt 0 ]; do
    case $1 in
        --dataset) dataset=$2 ;; --model) model=$2 ;; --method) method=$2 ;; --seed) seed=$2 ;; --panel) panel=$2 ;;
    esac
    shift 2
done
cell=$dataset/$model/$method/seed$seed
put() { mkdir -p "$1"; folder=$1; shift; for name; do echo "$cell/$name" > "$folder/$name"; done; }
case $stage in
    code) exec "$PYTHON" -m smoot code ;;
    fetch) for split in train val test; do
        put results/data/$dataset dataset.json ${split}_images.npy ${split}_labels.npy ${split}_masks.npy; done ;;
    train) put results/runs/$cell model.safetensors history.csv run.json cost.json ;;
    score) put results/scores/$cell $panel.json $panel.npz ;;
    report) put reports/smoke index.html report.md results.csv tables.tex params.yaml metrics.json summary.json
        put reports/smoke/figures figure.svg; put reports/smoke/records costs.csv ;;
esac
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000], help="numbers of jobs")
    parser.add_argument("--dvc", type=int, default=1000, help="the largest size that DVC takes over")
    parser.add_argument("--dvc-full", type=int, default=100, help="the largest size that DVC builds from nothing")
    arguments = parser.parse_args()
    rows = []
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory(prefix="smoot-orchestration-") as folder:
            for row in measured(Path(folder), size, size <= arguments.dvc, size <= arguments.dvc_full):
                print(*row, sep="\t", file=sys.stderr, flush=True)
                rows.append(row)
    print(tabulate(rows, headers=["jobs", "command", "CPU seconds", "ms a job"], tablefmt="github", floatfmt=".1f"))


def measured(folder: Path, size: int, dvc: bool, dvc_builds: bool) -> Iterator[tuple[int, str, float, float]]:
    """(jobs, what ran, CPU seconds, milliseconds a job) of each run, in a checkout at `folder`."""
    checkout(folder, size)
    runs = {
        "dvc repro --dry --force, nothing built": ["dvc", "repro", "-q", "--dry", "--force"],
        "snakemake -n, all to do": ["snakemake", "-n", "-q"],
        "snakemake": ["snakemake", "-q", "--cores", "2"],
        "snakemake, nothing to do": ["snakemake", "-q", "--cores", "2"],
    }
    if dvc:
        runs["dvc commit -f"] = ["dvc", "commit", "-f", "-q"]
        runs["dvc repro, nothing to do"] = ["dvc", "repro", "-q"]
        runs["dvc repro --dry, nothing to do"] = ["dvc", "repro", "-q", "--dry"]
    if dvc_builds:
        runs["dvc repro, from nothing"] = ["dvc", "repro", "-q"]
    for name, command in runs.items():
        if name.endswith("from nothing"):
            for built in ("results", "reports", "dvc.lock", ".dvc/cache", ".dvc/tmp"):
                path = folder / built
                path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)
        seconds = cpu_seconds(command, folder)
        yield size, name, seconds, 1000 * seconds / size


def checkout(folder: Path, size: int) -> None:
    """The pipeline at `folder` with a grid of `size` jobs, and an instant `smoot` in its `bin`."""
    for name in FILES:
        source, target = PROJECT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    params = YAML_FILE.load(PROJECT / "workflow/presets/smoke.yaml")
    names = ["baseline", *(f"sgt_{number}" for number in range(1, METHODS))]
    params["methods"] = {name: {} if name == "baseline" else {"method": "sgt", "k": 0.5} for name in names}
    params["grid"]["methods"] = names
    params["grid"]["seeds"] = list(range(size // (2 * METHODS)))
    YAML_FILE.dump(params, folder / "params.yaml")
    command = folder / "bin" / "smoot"
    command.parent.mkdir()
    command.write_text(INSTANT)
    command.chmod(0o755)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)


def cpu_seconds(command: list[str], folder: Path) -> float:
    """Of the command and all that it starts. Raises SystemExit with what it says where it fails."""
    path = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHON": sys.executable, "PYTHONPATH": str(folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if result.returncode:
        sys.exit(f"{' '.join(command)} ended with {result.returncode}:\n{result.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
