"""`smoot report`: compares all cells of the grid in reports/{name}/."""

import shutil
from typing import Any

import pandas as pd

from smoot import __version__, statistics
from smoot.artifacts.paths import ReportFolder
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
from smoot.report.curves import summaries
from smoot.report.hypotheses import comparisons, family
from smoot.report.matched_budgets import matched_budgets
from smoot.report.metrics import on_split, read_metrics
from smoot.report.notes import notes, overrides
from smoot.report.options import Report
from smoot.report.performance import ON_SPLIT
from smoot.report.pictures import save_pictures
from smoot.report.provenance import as_yaml, commit, machines, not_deterministic, outdated
from smoot.report.records import Records, listed, read_records
from smoot.report.results import measured, not_run
from smoot.report.sanity import MARKS, Nulls, marks, sanity


def run(view: dict[str, Any], partial: bool = False) -> None:
    """Raises SmootError where cells are missing and `partial` is false, where no cell is there, or one is damaged."""
    grid, report = Grid.model_validate(view["grid"]), Report.model_validate(view["report"])
    records = read_records(grid)
    if records.missing and not partial:
        paths = listed([str(hole.path) for hole in records.missing], indent="  ")
        raise SmootError(f"missing results (--partial reports without them):\n{paths}")
    if not records.runs:
        raise SmootError("no cell of the grid has been trained: nothing to report")

    metrics, splits, nulls = read_metrics(records), records.splits, Nulls(records.untrained, records.null_maps)
    results = pd.concat([measured(records), not_run(records)], ignore_index=True)
    everything = pd.concat([results, over_datasets(results)], ignore_index=True)
    tables = summarise(everything, metrics, grid.methods, len(grid.seeds), report.baseline, report.confidence)
    declared = family(report.primary, report.baseline, comparisons(grid, _compared(records), nulls.methods))
    claimed = claims(tables, declared, report.confidence)
    tested = sum(claim.tested for claim in claimed.values())
    checks = sanity(results, metrics, nulls, report.attribution, report.baseline, report.confidence)
    held = pairs(records.methods, grid.methods)
    shares = {split: ground_truth.covered_shares(records, split) for split in splits}
    truths = {
        split: ground_truth.table(results, ground_truth.with_truth(shares[split]), metrics, split) for split in splits
    }
    counts = results[results["metric"].isin(metrics)]
    scored = counts[(counts["status"] == "ok") & (counts["panel"] != "")]

    folder = ReportFolder(report.name)
    shutil.rmtree(folder.figures, ignore_errors=True)
    with atomic(folder.results) as path:
        results.to_csv(path, index=False)
    page = {
        "report": report,
        "grid": grid,
        "splits": splits,
        "on_split": ON_SPLIT,
        "tables": tables,
        "costs": cost_table(records.costs, grid.methods, report.baseline),
        "checks": checks,
        "budgets": matched_budgets(records, grid.methods),
        "marks": marks(checks),
        "meanings": MARKS,
        "areas": {split: summaries(results, metrics, nulls.maps, split) for split in splits},
        "missing": records.missing,
        "outdated": outdated(records, view),
        "not_deterministic": not_deterministic(records.costs),
        "fewest": int(scored["images"].min()) if len(scored) else 0,
        "counts": counts["status"].value_counts(),
        "partly": int((scored["reason"] != "").sum()),
        "overrides": overrides(records.methods),
        "notes": notes(records.methods),
        "readings": list(dict.fromkeys(metric.info.reading for metric in metrics.values() if metric.info.reading)),
        "of_all_images": list(
            dict.fromkeys(row.info.title for table in tables for row in table.rows if not row.info.correct_only)
        ),
        "claims": claimed,
        "alpha": statistics.ALPHA,
        "tested": tested,
        "can_claim": tested > 0 and not records.missing and statistics.can_claim(len(grid.seeds), len(declared)),
        "smallest_p": statistics.smallest_p(len(grid.seeds)),
        "seeds_needed": statistics.seeds_needed(max(len(declared), 1)),
        "pairs": held,
        "contrasts": contrasts(tables, held, report.attribution, report.confidence),
        "nulls": nulls,
        "figures": save_pictures(records, results, shares, metrics, grid, report),
        "sizes": {cell.dataset: run.dataset_summary for cell, run in records.runs.items()},
        "shares": {on_split(dataset, split): covered for split in splits for dataset, covered in shares[split].items()},
        "truths": {split: rows for split, rows in truths.items() if rows},
        "machines": machines(records.costs),
        "commit": commit(),
        "version": __version__,
        "params": as_yaml(view),
    }
    for name in ("index.html", "report.md", "tables.tex"):
        write_text(folder.path / name, render.template(f"{name}.j2", page))
    say(f"{folder.page}: {len(records.runs)} of {len(grid.cells())} runs")


def _compared(records: Records) -> dict[str, list[tuple[str, str]]]:
    """The scores that are compared, as `comparisons` takes them."""
    null_maps = records.null_maps
    return {
        panel: [pair for pair in records.pairs(panel) if pair[0] not in null_maps]
        for panel, record in records.panels.items()
        if record.split == "test"
    }
