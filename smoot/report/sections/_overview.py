"""The overview: the paired differences that matter most, in one figure."""

import pandas as pd

from smoot.core.text import count
from smoot.report.analysis.differences import difference_table
from smoot.report.figures.forest import MOST, forest
from smoot.report.page import Picture
from smoot.report.study import Study
from smoot.report.words import enumerated

MOST_PLACES = 6  # data sets and models that are drawn; of more, the tables tell
TOLD = 20  # differences that the alternative text lists


def overview(study: Study) -> list[Picture]:
    """The declared differences, or else those to the baseline by the report's attribution.

    A picture for each data set and model. Of many methods it has one metric of each kind.
    """
    drawn, every_metric = study.differences, True
    if not study.report.declares and len(study.trained) > MOST:
        headline = [found for found in study.compared if (found[0].attribution, found[0].metric) in study.headline]
        every_metric = len(headline) == len(study.compared)
        drawn = difference_table(headline, study.rows, study.nulls.maps, study.report.baseline)
    if drawn.empty:
        return []
    by_place = [part for _, part in drawn.groupby("place", sort=False)]
    figures = [(forest(part, study.look), part) for part in by_place[:MOST_PLACES]]
    caption = _caption(study, drawn) + ("" if every_metric else " One metric of each kind; the tables have all.")
    return [
        Picture(f"overview_{number}", figure, caption, _alternative(part))
        for number, (figure, part) in enumerate(figures, 1)
        if figure
    ]


def _caption(study: Study, drawn: pd.DataFrame) -> str:
    against = enumerated(sorted({against for _, _, against in study.compared}))
    parts = [f"Paired differences to {against}, {study.mean_over_seeds}; right is better."]
    if study.has_intervals:
        parts.append("Coloured where the interval excludes 0; of many, some do by chance.")
    if drawn["null_low"].notna().any():
        parts.append("The grey band is the same difference of a map that does not look at the model.")
    return " ".join([*parts, "Each metric has its own scale."])


def _alternative(drawn: pd.DataFrame) -> str:
    apart = drawn[drawn["apart"]]
    better = (apart["mean"] > 0) == apart["higher_is_better"]
    alt = f"{count(len(drawn), 'difference')}; {int(better.sum())} better and {int((~better).sum())} worse"
    if apart.empty:
        return f"{alt} with an interval that excludes 0."
    told = [f"{row.comparison}, {row.metric} {row.label}" for row in apart.head(TOLD).itertuples()]
    more = [f"and {len(apart) - TOLD} more"] if len(apart) > TOLD else []
    return f"{alt} with an interval that excludes 0: {'; '.join(told + more)}"
