"""params.yaml as a whole: its schema. The schema of each block stands beside the code that reads the block."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import field_validator

from smoot.artifacts.effects import effect_names
from smoot.artifacts.grid import Grid
from smoot.artifacts.run import Control, Options
from smoot.core.components import Entry, resolve
from smoot.core.machine import Compute
from smoot.core.params_file import Block, Key
from smoot.masking import Masking
from smoot.models.model_entry import ModelEntry
from smoot.report.analysis.hypotheses import Comparison, comparisons
from smoot.report.analysis.likeness import second_draws
from smoot.report.options import Report
from smoot.scoring.metric import metric_info
from smoot.scoring.panel import Panel
from smoot.training.method import control_of, options_of, own_masking, own_recipe
from smoot.training.recipe import Recipe

Arguments = dict[str, Any]


class Params(Block):
    """The whole file."""

    grid: Grid
    """What is compared: every combination of its lists is trained, scored and reported."""
    compute: Compute
    """How the machine is used: threads, device and precision."""
    datasets: dict[Key, Arguments]
    """The data sets that the grid can name, each with its parameters."""
    models: dict[Key, ModelEntry]
    """The models that the grid can name: any image classifier of timm."""
    methods: dict[Key, Arguments]
    """The training methods that the grid can name, each with its parameters."""
    masking: Masking
    """How all masked methods choose and replace pixels. A method's own `masking` overrides it."""
    training: Recipe
    """The recipe of all methods. A method's own `training` overrides it."""
    panels: dict[Key, Panel]
    """The panels that the grid can name: which images are scored, by which attributions and metrics."""
    report: Report
    """What the report is called, what it claims, and how it shows it."""

    @field_validator("models", mode="before")
    @classmethod
    def _named_by_their_keys(cls, models: Any) -> Any:
        """A model that does not say which of timm's it is, is the one of its key."""
        if not isinstance(models, dict):
            return models
        return {key: {"timm": key} | model if isinstance(model, dict) else model for key, model in models.items()}

    def method(self, name: str) -> Entry:
        return resolve("methods", name, self.methods[name])

    def recipe(self, name: str) -> Recipe:
        """The `training` block with a method's own options. Raises ValidationError where its options are wrong."""
        return own_recipe(self.method(name).params(), self.training)

    def own_masking(self, name: str) -> Masking:
        """The `masking` block with a method's own options. Raises ValidationError where its options are wrong."""
        return own_masking(self.method(name).params(), self.masking)

    @cached_property
    def hypotheses(self) -> list[Comparison]:
        """All comparisons that a claim could be made of: by test images, and by maps that say something of the model.

        No method is compared that is a null: untrained, or the baseline's second draw. None where all panels are of
        validation images: the report then says nothing of the test split at all.
        """
        panels = {name: self.panels[name] for name in self.grid.panels if self.panels[name].split == "test"}
        if not panels:
            return []
        scores = {}
        for name, panel in panels.items():
            silent = panel.null_attributions() | panel.borrowed()
            scores[name] = [*(score for score in panel.scores() if score[0] not in silent), *_effects(panel)]
        nulls = untrained(self) | second_draws(facts_of_grid(self), self.report.baseline)
        return comparisons(self.grid, scores, nulls)


@dataclass(frozen=True)
class MethodFacts:
    """What is known of a method before it is trained, as its runs' records will have it."""

    component: str
    control: Control | None
    options: Options


def method_facts(methods: Mapping[str, Arguments], training: Recipe, masking: Masking) -> dict[str, MethodFacts]:
    """The facts of each method. methods: entries of params.yaml. training, masking: the shared blocks."""
    found = {}
    for name, arguments in methods.items():
        entry = resolve("methods", name, arguments)
        own = entry.params()
        options = options_of(own, own_recipe(own, training), own_masking(own, masking))
        found[name] = MethodFacts(entry.component, control_of(entry, own), options)
    return found


def facts_of_grid(params: Params) -> dict[str, MethodFacts]:
    """The facts of each method of the grid."""
    methods = {name: params.methods[name] for name in params.grid.methods}
    return method_facts(methods, params.training, params.masking)


def untrained(params: Params) -> set[str]:
    """The methods of the grid that do not train: nulls."""
    return {name for name in params.grid.methods if not params.method(name).load().Method.trained}


def _effects(panel: Panel) -> list[tuple[str, str]]:
    """(attribution, effect) of all effects that the panel's pairs give; see `smoot.artifacts.effects`."""
    explained = [name for name in panel.attributions if name in panel.effects()]
    of_maps = [name for name in panel.metrics if not metric_info(panel.metric(name)).of_model]
    return [(name, effect) for name in explained for metric in of_maps for effect in effect_names(metric)]
