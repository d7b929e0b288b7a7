"""A report of a user's table of results."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from smoot.api._evidence import Options, evidence_of
from smoot.api._frames import grid_of, results_of, with_holes
from smoot.api._inputs import copied_options, valid
from smoot.artifacts.paths import ReportFolder
from smoot.artifacts.run import RunRecord
from smoot.core.errors import SmootError
from smoot.report.analysis.hypotheses import unmatched
from smoot.report.evidence import published
from smoot.report.options import Report
from smoot.report.study import Study
from smoot.report.summary import SUMMARY
from smoot.report.write import write_folder


def write_report(
    frame: pd.DataFrame,
    folder: str | Path,
    *,
    title: str = "Training methods compared",
    question: str | None = None,
    baseline: str | None = None,
    methods: Options | None = None,
    attributions: Options | None = None,
    metrics: Options | None = None,
    primary: Mapping[str, Sequence[str]] | None = None,
    confidence: float = 0.95,
) -> Path:
    """Writes a report of a table of results: one page, and its tables and figures as files.

    It has all that the table allows: the paired differences with their intervals, every score, checks and controls.
    Training curves, costs and maps are not in such a table.

    Args:
        frame: One row for each score of a run. Needed are the columns `dataset`, `model`, `method`, `seed` (a whole
            number), `metric` and `value` (NaN where there is none). The others of results.csv may be left out:
            `attribution` (empty for a metric of the model), `panel`, `images` (how many the value is a mean over),
            `status`, `reason` and `split` ("test" or "val"). Names are of a-z, 0-9 and _. A score that one run has
            and another lacks is shown as missing. The value of a map is to be a mean over the images that all trained
            models of its seed get right, as the report says; `score` has `correct` for that.
        folder: Where it is written: a folder that is new, empty, or holds a report, which is replaced.
        title: Of the page.
        question: What the report asks, in a sentence; by default made from the table.
        baseline: The method that the others are compared with; by default `baseline` if there is one, else the first
            that is trained.
        methods: Which training methods are variants of those of smoot, as in params.yaml, such as
            `{"sgt_k30": {"method": "sgt", "k": 0.3}}`. It is how the report knows controls and untrained models. A
            method with the name of one of smoot's is taken for that.
        attributions: The same for attributions, by the key `attribution`.
        metrics: The same for metrics, by the key `metric`. Of one that smoot has not: `category` (performance,
            faithfulness, robustness, localisation, complexity, randomisation or axiomatic) and `higher_is_better`;
            `title`, `meaning`, `formula`, `citation`, `link`, `limits` and `of_model` if you like.
        primary: The comparisons that a claim may be made of, decided before you saw them: `methods`, `metrics`,
            `attributions`, `against`, `models` and `datasets`, as in `report.primary` of params.yaml.
        confidence: Of the intervals, between 0 and 1.

    Returns:
        The page, `index.html` in the folder.

    Raises:
        SmootError: The table lacks a column, has a wrong value or two rows of one score, or an argument names what is
            not in it; or the folder holds something else.

    Examples:
        >>> import tempfile
        >>> import pandas as pd
        >>> from smoot import write_report
        >>> rows = [
        ...     ("digits", "cnn", method, seed, "gradient", "my_score", value + seed / 100)
        ...     for method, value in {"baseline": 0.5, "sgt": 0.6}.items()
        ...     for seed in range(3)
        ... ]
        >>> columns = ["dataset", "model", "method", "seed", "attribution", "metric", "value"]
        >>> about = {"my_score": {"category": "faithfulness", "higher_is_better": True}}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     page = write_report(pd.DataFrame(rows, columns=columns), f"{folder}/mine", metrics=about)
        ...     "my_score" in page.read_text()
        True
    """
    place = _place(folder)
    given = {
        "methods": copied_options("methods", methods or {}),
        "attributions": copied_options("attributions", attributions or {}),
        "metrics": copied_options("metrics", metrics or {}),
    }
    results = results_of(frame)
    grid = grid_of(results)
    evidence = evidence_of(with_holes(results, grid), **given)
    maps = [name for name, about in evidence.attributions.items() if not about.null]
    report = valid(
        Report,
        {
            "name": re.sub("[^a-z0-9_]", "_", place.name.lower())[:64],
            "title": title,
            "question": question,
            "baseline": _baseline(baseline, evidence.methods),
            "attribution": "gradient" if "gradient" in maps or not maps else maps[0],
            "primary": primary
            and {key: names if isinstance(names, str) else [*names] for key, names in primary.items()},
            "confidence": confidence,
            "gallery": 0,
            "formats": ["svg"],
        },
    )
    panel = {"attributions": given["attributions"], "metrics": given["metrics"]}
    params: dict[str, Any] = {block: {} for block in published.REPORT_BLOCKS}
    params |= {"grid": grid.model_dump(), "report": report.model_dump(), "methods": given["methods"]}
    params |= {"panels": dict.fromkeys(grid.panels, panel)}
    study = Study(evidence, params)
    if report.primary and (lines := unmatched(report.primary, report.baseline, study.comparisons)):
        raise SmootError("\n".join(f"primary.{line}" for line in lines))
    write_folder(study, place)
    return Path(folder) / place.page.name


def _place(folder: str | Path) -> ReportFolder:
    """Raises SmootError where something else is there, whose files a report's could replace."""
    path = Path(folder).resolve()
    if path.exists() and not (path / SUMMARY).exists() and (not path.is_dir() or any(path.iterdir())):
        raise SmootError(f"folder: {folder}: is there, and is no report; give one that is new or empty")
    return ReportFolder(path.name, path.parent)


def _baseline(given: str | None, methods: Mapping[str, RunRecord]) -> str:
    if given is not None and given not in methods:
        raise SmootError(f"baseline: {given}: not a method of the table; allowed: {', '.join(methods)}")
    trained = [name for name, run in methods.items() if run.trained]
    return given or ("baseline" if "baseline" in methods else [*trained, *methods][0])
