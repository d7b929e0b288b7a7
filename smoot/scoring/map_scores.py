"""The scores of a panel's maps: whose model a map is of, and on which model it is tried; each is made once."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from smoot.artifacts.scores import ScoreRecord
from smoot.core.components import Entry
from smoot.scoring.apply_metric import apply_metric, without_maps
from smoot.scoring.cache import remember
from smoot.scoring.explainer import Explainer
from smoot.scoring.metric import NotApplicableError, Subject, UndefinedError, metric_info
from smoot.scoring.panel import Panel, attribution_record

ON_NO_MODEL = "it tries the map on no model, so `on` does not apply, and the difference is all the map's"


class MapScores:
    """Scores by attribution and metric.

    Where the baseline's model is the scored one, all that is of it or on it has been made already.
    """

    def __init__(self, panel: Panel, subjects: dict[str, Subject], device: torch.device) -> None:
        """subjects: without maps, by what `of` and `on` can be: "" is the scored model."""
        self.panel, self.subjects, self.device = panel, subjects, device
        self._maps: dict[Any, np.ndarray] = {}
        self._records: dict[Any, ScoreRecord] = {}
        self._explained: dict[Any, Subject | NotApplicableError] = {}
        self._lent = {_map_of(panel.attribution(name)) for name in panel.borrowed()}

    @property
    def maps(self) -> dict[str, np.ndarray]:
        """(n, 1, H, W) the scored model's own maps, by attribution, as far as scores were asked for."""
        own = [name for name in self.panel.attributions if name not in self.panel.borrowed()]
        maps = {name: self._maps.get(_map_of(self.panel.attribution(name))) for name in own}
        return {name: values for name, values in maps.items() if values is not None}

    def record(self, attribution: str, metric: Entry) -> ScoreRecord:
        """The score of a panel's attribution by one of its metrics that are of maps."""
        entry, tries = self.panel.attribution(attribution), metric_info(metric).tries_maps
        of, on = (self.subjects[entry.options.get(option, "")] for option in ("of", "on"))
        if "on" in entry.options and not tries:
            return without_maps(len(on), attribution, metric, ON_NO_MODEL)
        key = (metric.key, _map_of(entry), id(of.model), id(on.model) if tries else None)
        if key not in self._records:
            self._records[key] = self._scored(attribution, entry, of, on if tries else of, metric)
        return self._records[key].model_copy(update={"attribution": attribution})

    def _scored(self, attribution: str, entry: Entry, of: Subject, on: Subject, metric: Entry) -> ScoreRecord:
        found = self._with_maps(entry, of)
        if isinstance(found, NotApplicableError):
            return without_maps(len(on), attribution, metric, str(found))
        if on.model is not of.model:
            found = replace(on, maps=found.maps, explain=found.explain, complete=found.complete)
        return apply_metric(found, attribution, metric)

    def _with_maps(self, entry: Entry, of: Subject) -> Subject | NotApplicableError:
        key = (_map_of(entry), id(of.model))
        if key not in self._explained:
            # What no other entry asks for goes, with the maps of changed images that it remembers.
            self._explained = {held: found for held, found in self._explained.items() if held[0] in self._lent}
            try:
                self._explained[key] = found = with_maps(of, entry, self.device)
            except NotApplicableError as error:
                self._explained[key] = error
            else:
                if of.model is self.subjects[""].model:
                    self._maps[_map_of(entry)] = found.maps
        return self._explained[key]


def with_maps(subject: Subject, attribution: Entry, device: torch.device) -> Subject:
    """The subject with its maps by the attribution. Raises NotApplicableError where it says nothing of the model."""
    explain = remember(Explainer(attribution.load(), attribution.params(), device), subject.model)
    maps = explain(subject.model, subject.images, subject.labels)

    def again(model: nn.Module, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        try:
            return explain(model, images, labels)
        except NotApplicableError as error:  # it applies to the model and the images as they are
            raise UndefinedError(f"no {attribution.key} map of a changed image or model: {error}") from error

    return replace(subject, maps=maps, explain=again, complete=attribution_record(attribution).complete)


def _map_of(entry: Entry) -> tuple[str, str]:
    """What two entries of the same map have in common."""
    return entry.component, json.dumps(entry.arguments, sort_keys=True)
