"""What a score is the difference of: two areas, and how much of the room that the first leaves the score takes.

A model that keeps its accuracy whatever is removed has a large first area, and so much to lose: a difference alone
does not tell whether it is the map or the model that it comes from.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from smoot.artifacts.results import CELL_COLUMNS
from smoot.report.evidence.metrics import Metric

KEYS = [*CELL_COLUMNS, "panel", "split", "attribution", "metric"]
PART_COLUMNS = [*KEYS, "first", "first_area", "second", "second_area", "difference", "chance", "share"]
LEAST_HEADROOM = 0.05
"""A headroom below it is noise of a few images, and gives no share."""


def parts(
    results: pd.DataFrame, metrics: Mapping[str, Metric], curves: pd.DataFrame, classes: Mapping[str, int]
) -> pd.DataFrame:
    """COLUMNS, a row for each score of a run that is a difference of two summaries, in the order of `results`.

    first, second: their names. chance: of accuracies, what a model has that sees nothing, 1 / classes; else NaN, as no
    lowest area is known. share: of the headroom, the difference over first_area − chance; NaN if that is below LEAST.
    results: as from `smoot.artifacts.results`. curves: POINTS of `smoot.report.evidence.curves`; those of
    accuracies have the y_label "accuracy". classes: how many, by data set.
    """
    differences = {name: about.info.difference for name, about in metrics.items() if about.info.difference}
    accuracies = set(curves.loc[curves["y_label"] == "accuracy", "metric"])
    values = results.set_index(KEYS)["value"]
    scores = results[results["metric"].isin(differences) & results["value"].notna()]
    frames = [pd.DataFrame(columns=PART_COLUMNS)]
    for metric, rows in scores.groupby("metric", sort=False):
        named = dict(zip(("first", "second"), differences[str(metric)], strict=True))
        areas = {
            f"{place}_area": values.reindex(pd.MultiIndex.from_frame(rows.assign(metric=f"{metric}_{name}")[KEYS]))
            for place, name in named.items()
        }
        own = rows[KEYS].assign(
            **named, **{area: found.to_numpy() for area, found in areas.items()}, difference=rows["value"],
            chance=1 / rows["dataset"].map(classes) if metric in accuracies else np.nan,
        )  # fmt: skip
        headroom = own["first_area"] - own["chance"]
        frames.append(own.assign(share=own["difference"] / headroom.where(headroom >= LEAST_HEADROOM)))
    found = pd.concat(frames[1:] or frames)[PART_COLUMNS]
    return found.sort_index().reset_index(drop=True)


def with_shares(results: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """`results` and, as rows {metric}_share, the shares of `parts`."""
    shares = parts[[*KEYS, "share"]].dropna().rename(columns={"share": "value"})
    shares = shares.assign(metric=shares["metric"] + "_share", images=0, status="ok", reason="")
    return pd.concat([results, shares[list(results)]], ignore_index=True)
