"""`smoot report`: compares all cells of the grid in reports/{name}/."""

import shutil
from typing import Any

import pandas as pd

from smoot import __version__, statistics
from smoot.artifacts.paths import report_folder
from smoot.core.errors import SmootError
from smoot.core.files import atomic, write_text
from smoot.core.progress import say
from smoot.grid import Grid
from smoot.report import ground_truth, render
from smoot.report.aggregate import over_datasets
from smoot.report.claims import claims
from smoot.report.comparison import summarise
from smoot.report.controls import contrasts, pairs
from smoot.report.costs import cost_table
from smoot.report.hypotheses import comparisons, family
from smoot.report.matched_budgets import budgets
from smoot.report.options import Report
from smoot.report.pictures import draw
from smoot.report.provenance import as_yaml, commit, machines, not_deterministic, outdated
from smoot.report.records import collect
from smoot.report.results import areas, described, metric_components, not_run, tidy, without_settings
from smoot.report.sanity import MARKS, marks, sanity
from smoot.scoring.panel import Panel


def blocks() -> list[str]:
    """The blocks of params.yaml that this stage reads: all, as the report shows them."""
    return ["grid", "compute", "datasets", "models", "training", "masking", "methods", "panels", "report"]


def run(view: dict[str, Any], partial: bool = False) -> None:
    """Raises SmootError where cells are missing and `partial` is false, or where no cell is there."""
    grid, report = Grid.model_validate(view["grid"]), Report.model_validate(view["report"])
    collected = collect(grid)
    if collected.missing and not partial:
        listed = "\n".join(f"  {hole.path}" for hole in collected.missing[:10])
        more = f"\n  and {len(collected.missing) - 10} more" if len(collected.missing) > 10 else ""
        raise SmootError(f"missing results (--partial reports without them):\n{listed}{more}")
    if not collected.runs:
        raise SmootError("no cell of the grid has been trained: nothing to report")

    panels = {name: Panel.model_validate(block) for name, block in view["panels"].items()}
    results = pd.concat([tidy(collected), not_run(collected.missing, panels)], ignore_index=True)
    metrics, kinds = described(collected), metric_components(collected)
    everything = pd.concat([results, over_datasets(results)], ignore_index=True)
    tables = summarise(everything, metrics, grid.methods, len(grid.seeds), report.baseline, report.confidence)
    nulls = {cell.method for cell, run in collected.runs.items() if not run["epochs"]}
    declared = family(report.primary, report.baseline, comparisons(grid, panels, nulls))
    claimed = claims(tables, declared, report.confidence)
    tested = sum(claim.tested for claim in claimed.values())
    checks = sanity(results, metrics, kinds, nulls, report.baseline, report.confidence)
    costs = cost_table(collected.costs, grid.methods, report.baseline)

    counts = results[~results["metric"].str.endswith("_area")]
    scored = counts[(counts["status"] == "ok") & (counts["panel"] != "")]
    shares = ground_truth.shares(collected)

    folder = report_folder(report.name)
    shutil.rmtree(folder / "figures", ignore_errors=True)
    with atomic(folder / "results.csv") as path:
        results.to_csv(path, index=False)
    page = {
        "report": report,
        "grid": grid,
        "tables": tables,
        "costs": costs,
        "checks": checks,
        "budgets": budgets(collected),
        "marks": marks(checks),
        "meanings": MARKS,
        "without_settings": without_settings(kinds),
        "areas": areas(results),
        "missing": collected.missing,
        "outdated": outdated(collected.runs, view),
        "not_deterministic": not_deterministic(collected.costs),
        "fewest": int(scored["images"].min()) if len(scored) else 0,
        "counts": counts["status"].value_counts(),
        "partly": int((scored["reason"] != "").sum()),
        "overrides": {cell.method: run["masking"] for cell, run in collected.runs.items() if run.get("masking")},
        "claims": claimed,
        "alpha": statistics.ALPHA,
        "tested": tested,
        "can_claim": tested > 0 and not collected.missing and statistics.can_claim(len(grid.seeds), len(declared)),
        "smallest_p": statistics.smallest_p(len(grid.seeds)),
        "seeds_needed": statistics.seeds_needed(max(len(declared), 1)),
        "pairs": pairs(grid.methods),
        "contrasts": contrasts(tables, grid.methods, report.confidence),
        "nulls": nulls,
        "figures": draw(
            collected, results, shares, grid, report, {name: title for name, (title, _) in metrics.items()}
        ),
        "sizes": {cell.dataset: run["dataset_description"] for cell, run in collected.runs.items()},
        "shares": shares,
        "truth": ground_truth.table(results, ground_truth.with_truth(shares), kinds),
        "machines": machines(collected.costs),
        "commit": commit(),
        "version": __version__,
        "params": as_yaml(view),
    }
    for name in ("index.html", "report.md", "tables.tex"):
        write_text(folder / name, render.template(f"{name}.j2", page))
    say(f"{folder / 'index.html'}: {len(collected.runs)} of {len(grid.cells())} runs")
