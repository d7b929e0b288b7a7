"""What metrics measure at several points: the curves, and what they are summarised by."""

import math
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from smoot.artifacts.paths import GridCell
from smoot.artifacts.results import CELL_COLUMNS
from smoot.artifacts.scores import PanelScores

POINTS = [
    *CELL_COLUMNS,
    "attribution",
    "metric",
    "split",
    "line",
    "reference",
    "x",
    "y",
    "x_label",
    "y_label",
    "low",
    "high",
]
ABOUT = [column for column in POINTS if column not in ("x", "y")]


class Line(NamedTuple):
    """One curve of one run, its y means over images."""

    about: tuple[object, ...]
    """ABOUT: whose it is, and how it is drawn."""
    x: tuple[float, ...]
    y: np.ndarray


def lines(cell: GridCell, record: PanelScores) -> list[Line]:
    """All curves of a cell by a panel."""
    found, coordinates = [], tuple(cell.coordinates.values())
    for score in record.results:
        of = (*coordinates, score.attribution, score.metric, record.split)
        for name, curve in score.curves.items():
            limits = curve.limits or (math.nan, math.nan)
            about = (*of, name, curve.reference, curve.x_label, curve.y_label, *limits)
            found.append(Line(about, curve.x, curve.mean))
    return found


def curve_points(lines: list[Line]) -> pd.DataFrame:
    """POINTS: one row a point. low, high: the limits of y, NaN where they are not known."""
    about = pd.DataFrame([line.about for line in lines], columns=ABOUT)
    points = about.loc[np.repeat(about.index, [len(line.x) for line in lines])].reset_index(drop=True)
    x = np.fromiter(chain.from_iterable(line.x for line in lines), float)
    y = np.concatenate([np.empty(0), *(line.y for line in lines)])
    return points.assign(x=x, y=y)[POINTS]
