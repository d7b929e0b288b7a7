"""The overview: the paired differences that matter most, in one figure."""

import math

import pandas as pd
from matplotlib.figure import Figure

from smoot.report.comparison import Row
from smoot.report.figures.forest import forest
from smoot.report.metrics import on_split
from smoot.report.page import Picture
from smoot.report.study import Study
from smoot.report.words import count, with_interval

COLUMNS = [
    "place", "metric", "method", "mean", "low", "high", "higher_is_better", "apart", "null_low", "null_high", "label",
]  # fmt: skip
PLACES = 6  # data sets and models that are drawn; of more, the tables tell


def overview(study: Study) -> list[Picture]:
    """The declared differences, or else those to the baseline, one row a metric by the report's attribution.

    A picture for each data set and model.
    """
    drawn = differences(study)
    by_place = [part for _, part in drawn.groupby("place", sort=False)]
    figures = [(forest(part, study.look), part) for part in by_place[:PLACES]]
    return [_picture(study, figure, part, number) for number, (figure, part) in enumerate(figures, 1) if figure]


def _picture(study: Study, figure: Figure, drawn: pd.DataFrame, number: int) -> Picture:
    against = sorted({against for _, _, against in _compared(study)})
    caption = (
        f"Paired differences to {', '.join(against)}, mean over {count(len(study.grid.seeds), 'seed')} with its "
        f"{100 * study.report.confidence:.0f} % interval (Student's t); right is better. Coloured where the interval "
        "excludes 0; of many, some do by chance. The grey band is the same difference of a map that does not look at "
        "the model. Each row has its own scale."
    )
    told = drawn[drawn["apart"]]
    better = (told["mean"] > 0) == told["higher_is_better"]
    alt = (
        f"{len(drawn)} differences; {int(better.sum())} better and {int((~better).sum())} worse with an interval that "
        f"excludes 0: " + "; ".join(f"{row.method}, {row.metric} {row.label}" for row in told.itertuples())
    )
    return Picture(f"overview_{number}", figure, caption, alt if len(told) else alt.removesuffix(": ") + ".")


def differences(study: Study) -> pd.DataFrame:
    """COLUMNS, a row each difference."""
    rows = []
    for row, method, against in _compared(study):
        difference = row.compare(method, against)
        if not difference.known:
            continue
        null = _of_null(study, row, method, against)
        name = method if against == study.report.baseline else f"{method} − {against}"
        low, high = difference.interval
        rows.append(
            (
                f"{row.dataset} · {row.model}",
                on_split(row.title, row.split),
                name,
                difference.mean,
                low,
                high,
                row.info.higher_is_better,
                difference.apart,
                *null,
                with_interval(difference),
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"apart": bool})


def _compared(study: Study) -> list[tuple[Row, str, str]]:
    """(row, method, against)."""
    if study.report.primary:
        claims = study.claims.values()
        return [(claim.row, claim.comparison.method, claim.comparison.against) for claim in claims if claim.row]
    return [
        (row, method, study.report.baseline)
        for row in study.rows
        if (row.dataset, row.model) in study.places and row.split == study.splits[0]
        if row.attribution in ("", study.report.attribution)
        for method in study.trained
    ]


def _of_null(study: Study, row: Row, method: str, against: str) -> tuple[float, float]:
    """The interval of the same difference of the first null map; NaN where there is none."""
    if row.attribution:
        key = row.dataset, row.model, row.panel, row.metric
        for other in study.rows:
            if other.attribution in study.nulls.maps and (other.dataset, other.model, other.panel, other.metric) == key:
                return other.compare(method, against).interval
    return math.nan, math.nan
