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

import pandas as pd
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
        stage.run(view)
    else:
        computed(view, read_only=part == "read")
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return {"imports": imports, "wall": wall, "cpu": used, "peak_mib": peak}


def computed(view: dict[str, Any], read_only: bool) -> None:
    """What the report shows, up to its figures and its page."""
    from smoot.grid import Grid
    from smoot.report.aggregate import over_datasets
    from smoot.report.claims import claims
    from smoot.report.comparison import summarise
    from smoot.report.controls import contrasts, pairs
    from smoot.report.costs import cost_table, quality_and_cost
    from smoot.report.curves import summaries
    from smoot.report.evidence import read_evidence
    from smoot.report.hypotheses import compared, comparisons, family
    from smoot.report.options import Report
    from smoot.report.sanity import Nulls, sanity

    grid, report = Grid.model_validate(view["grid"]), Report.model_validate(view["report"])
    evidence = read_evidence(grid, view)
    if read_only:
        return
    results, metrics = evidence.results, evidence.metrics
    nulls = Nulls(
        {name for name, run in evidence.methods.items() if not run.trained},
        {name for name, about in evidence.attributions.items() if about.null},
    )
    everything = pd.concat([results, over_datasets(results)], ignore_index=True)
    tables = summarise(everything, metrics, grid.methods, grid.seeds, report.baseline, report.confidence)
    declared = family(
        report.primary, report.baseline, comparisons(grid, compared(results, metrics, nulls.maps), nulls.methods)
    )
    claims(tables, declared)
    sanity(results, metrics, nulls, report.attribution, report.baseline, report.confidence)
    held = pairs(evidence.methods, grid.methods)
    contrasts(tables, held, report.attribution)
    cost_table(evidence.costs, grid.methods, report.baseline)
    quality_and_cost(results, evidence.costs, metrics, report.attribution)
    summaries(results, metrics, nulls.maps, "test")


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
