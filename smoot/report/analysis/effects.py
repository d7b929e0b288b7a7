"""The map, or the model? What a method changes of a score by its maps, and what by its model."""

from collections.abc import Mapping, Set
from dataclasses import replace

import numpy as np
import pandas as pd

from smoot.artifacts.effects import EFFECTS, effect_names
from smoot.artifacts.results import CELL_COLUMNS, RESULT_COLUMNS, result_table
from smoot.artifacts.scores import AttributionRecord
from smoot.report.evidence.metrics import Metric
from smoot.statistics import effects

OF_RUN = [*CELL_COLUMNS, "panel", "split", "metric"]
MEANINGS = {
    "map_effect": "How much better the method's map is than the baseline's, on the mean of the two models.",
    "model_effect": "How much kinder the method's model is than the baseline's, to the mean of the two maps.",
    "map_fit": "How much better the two maps suit their own models than each other's.",
}
FORMULAS = {
    "map_effect": "½ [(mm − bm) + (mb − bb)]",
    "model_effect": "½ [(bm − bb) + (mm − mb)]",
    "map_fit": "mm − bm − mb + bb",
}
LETTERS = "; first whose map, then on whose model: m of the method, b of the baseline"


def borrowed(attributions: Mapping[str, AttributionRecord]) -> set[str]:
    """The attributions that are of, or on, the baseline's model."""
    return {name for name, about in attributions.items() if about.of or about.on}


def explained_twice(attributions: Mapping[str, AttributionRecord]) -> dict[str, tuple[str, str]]:
    """The entries that are an attribution's map of the baseline's model, and its map on that model.

    Only attributions that have both.
    """
    by_kind = {(about.own, about.of, about.on): name for name, about in attributions.items() if about.of or about.on}
    own = dict.fromkeys(about.own for about in attributions.values() if about.own)
    found = {name: (by_kind.get((name, "baseline", "")), by_kind.get((name, "", "baseline"))) for name in own}
    return {name: (of, on) for name, (of, on) in found.items() if of and on}


def effect_rows(
    results: pd.DataFrame,
    metrics: Mapping[str, Metric],
    attributions: Mapping[str, AttributionRecord],
    baseline: str,
) -> pd.DataFrame:
    """RESULT_COLUMNS: of each run and score of a map, a row for each of EFFECTS; the baseline's are 0.

    A score that tries the map on no model has no model's effect, and all its difference is the map's. results: as from
    `smoot.artifacts.results`. metrics: by name. attributions: by name.
    """
    twice = explained_twice(attributions)
    of_maps = {name: metric for name, metric in metrics.items() if not metric.info.of_model}
    scores = results[results["metric"].isin(of_maps)]
    values = scores.pivot_table("value", OF_RUN, "attribution", sort=False)
    frames = [result_table([])]
    for own, (of, on) in twice.items():
        rows = scores[scores["attribution"] == own].set_index(OF_RUN)
        found = values.reindex(index=rows.index, columns=[own, of, on])
        own_values = found[own].to_numpy()
        base = values.reindex(pd.MultiIndex.from_frame(rows.index.to_frame().assign(method=baseline)), columns=[own])
        base_values = base[own].to_numpy()
        tries = np.array([of_maps[name].info.tries_maps for name in rows.index.get_level_values("metric")], bool)
        of_values = np.where(tries, found[of], base_values)
        on_values = np.where(tries, found[on], own_values)
        parts = effects(own_values, of_values, on_values, base_values)
        for effect, part in zip(EFFECTS, parts, strict=True):
            known = np.isfinite(part)
            frames.append(
                rows.reset_index().assign(
                    metric=[f"{name}_{effect}" for name in rows.index.get_level_values("metric")],
                    value=part,
                    status=np.where(known, "ok", np.where(rows["status"] == "ok", "undefined", rows["status"])),
                    reason=np.where(known, "", "not all of the map and the model, and of the baseline's, are known"),
                )[RESULT_COLUMNS]
            )
    return pd.concat(frames[1:] or frames, ignore_index=True)


def effect_metrics(metrics: Mapping[str, Metric], names: Set[str]) -> dict[str, Metric]:
    """The effects on each metric, by name, as metrics of their own. names: of the metrics that rows were made of."""
    found = {}
    for name, metric in metrics.items():
        if name not in names:
            continue
        for own, (effect, title) in zip(effect_names(name), EFFECTS.items(), strict=True):
            info = metric.info.model_copy(
                update={
                    "title": f"{title.capitalize()}: {metric.title}",
                    "meaning": f"{MEANINGS[effect]} The score: {metric.info.meaning}",
                    "formula": FORMULAS[effect] + LETTERS,
                    "limits": (None, None),
                    "summaries": (),
                    "difference": None,
                    "reading": "",
                    "region": "",
                }
            )
            found[own] = replace(metric, title=info.title, info=info, has_settings=False, has_curves=False)
    return found
