"""The overview: the paired differences that matter most, in one figure."""

import pandas as pd
from matplotlib.figure import Figure

from smoot.report.figures.forest import forest
from smoot.report.page import Picture
from smoot.report.study import Study
from smoot.report.words import count

PLACES = 6  # data sets and models that are drawn; of more, the tables tell


def overview(study: Study) -> list[Picture]:
    """The declared differences, or else those to the baseline, one row a metric by the report's attribution.

    A picture for each data set and model.
    """
    by_place = [part for _, part in study.differences.groupby("place", sort=False)]
    figures = [(forest(part, study.look), part) for part in by_place[:PLACES]]
    return [_picture(study, figure, part, number) for number, (figure, part) in enumerate(figures, 1) if figure]


def _picture(study: Study, figure: Figure, drawn: pd.DataFrame, number: int) -> Picture:
    against = sorted({against for _, _, against in study.compared})
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
