"""How long a report takes, and how much memory: reading its cells, computing with what they say, and the whole stage.

    python -m benchmarks.report [--runs 24 500 2000] [--parts read compute stage] [--cells FOLDER] [--json FILE]

The cells are made up, and written as the stages write them: up to 10 methods, 2 models, 2 data sets and 50 seeds, whose
panel of 96 images has 3 attributions and 11 metrics, two of which have curves. Every part runs in a process of its own.
What a part takes is without the start of the process and the imports, which stand beside it, but with the parts that it
needs: computing includes reading. With --cells the files are kept in a folder and not written again.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.report_cells import write_cells

PARTS = ("read", "compute", "stage")


def measure(part: str, view_file: Path) -> dict[str, float]:
    """Of this process, which has done nothing else."""
    from smoot.report import stage

    view = json.loads(view_file.read_text())
    imports = time.time() - psutil.Process().create_time()
    started, cpu = time.perf_counter(), time.process_time()
    if part == "stage":
        stage.report_grid(view)
    else:
        computed(view, read_only=part == "read")
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return {"imports": imports, "wall": wall, "cpu": used, "peak_mib": peak}


def computed(view: dict[str, Any], read_only: bool) -> None:
    """What the report shows, up to its figures and its page."""
    from smoot.artifacts.grid import Grid
    from smoot.report.evidence.evidence import read_evidence
    from smoot.report.study import Study

    study = Study(read_evidence(Grid.model_validate(view["grid"]), view), view)
    if not read_only:
        for found in (study.tables, study.claims, study.marks, study.contrasts, study.budgets, study.headline):
            len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, nargs="+", default=[24, 500, 2000])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--cells", type=Path, help="where the cells of earlier calls are")
    parser.add_argument("--json", type=Path, help="also write the records there")
    parser.add_argument("--only", nargs=2, metavar=("PART", "VIEW"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        part, view_file = options.only
        print(json.dumps(measure(part, Path(view_file))))
        return
    records = []
    with tempfile.TemporaryDirectory() as temporary:
        print("   runs  part      imports s   wall s    CPU s   peak MiB")
        for runs in options.runs:
            folder = (options.cells or Path(temporary)).resolve() / str(runs)
            view_file = write_cells(folder, runs)
            for part in options.parts:
                command = [sys.executable, "-m", "benchmarks.report", "--only", part, str(view_file)]
                environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
                done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
                found = json.loads(done.stdout.splitlines()[-1])
                print(
                    f"{runs:7}  {part:8} {found['imports']:10.2f} {found['wall']:8.2f} {found['cpu']:8.2f}"
                    f" {found['peak_mib']:10.0f}",
                    flush=True,
                )
                records.append({"runs": runs, "part": part, **found})
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n")


if __name__ == "__main__":
    main()
