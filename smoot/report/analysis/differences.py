"""The paired differences that a report draws and counts, as a table."""

import math
from collections.abc import Iterable, Sequence, Set

import pandas as pd

from smoot.report.analysis.comparison import Difference, ScoreRow
from smoot.report.evidence.metrics import on_split
from smoot.report.words import with_interval

DIFFERENCE_COLUMNS = [
    "place", "metric", "comparison", "method", "mean", "low", "high", "higher_is_better", "apart", "null_low",
    "null_high", "label",
]  # fmt: skip

Compared = tuple[ScoreRow, str, str]
"""A row, a method, and what it is compared with."""


def of_several_maps(rows: Iterable[ScoreRow]) -> bool:
    """Whether a title must say by which attribution it is."""
    return len({row.attribution for row in rows} - {""}) > 1


def title(row: ScoreRow, several: bool) -> str:
    """What a figure calls the row's metric. several: as from `of_several_maps`, of all that it shows."""
    return on_split(f"{row.title}, {row.attribution}" if several and row.attribution else row.title, row.split)


def difference_table(
    compared: Sequence[Compared], rows: Iterable[ScoreRow], null_maps: Set[str], baseline: str
) -> pd.DataFrame:
    """COLUMNS, a row for each of `compared` whose difference is known.

    rows: all of the report, of which those of `null_maps` are the nulls; null_low and null_high are the interval of the
    same difference of a null map, or what those of several span; NaN where there is none.
    """
    nulls: dict[tuple[str, ...], list[ScoreRow]] = {}
    for row in rows:
        if row.attribution in null_maps:
            nulls.setdefault((row.dataset, row.model, row.panel, row.metric), []).append(row)
    several = of_several_maps(row for row, _, _ in compared)
    found = []
    for row, method, against in compared:
        difference = row.compare(method, against)
        if not difference.known:
            continue
        beside = nulls.get((row.dataset, row.model, row.panel, row.metric), []) if row.attribution else []
        found.append(
            (
                row.place,
                title(row, several),
                method if against == baseline else f"{method} − {against}",
                method,
                difference.mean,
                *difference.interval,
                row.info.higher_is_better,
                difference.apart,
                *_spanned([null.compare(method, against) for null in beside]),
                with_interval(difference),
            )
        )
    return pd.DataFrame(found, columns=DIFFERENCE_COLUMNS).astype({"apart": bool})


def _spanned(found: list[Difference]) -> tuple[float, float]:
    """The lowest and the highest end of all intervals; NaNs without any."""
    ends = [end for difference in found if difference.bounded for end in difference.interval]
    return (min(ends), max(ends)) if ends else (math.nan, math.nan)
