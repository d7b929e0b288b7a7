"""An entry of the `panels` block."""

from itertools import product
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from smoot.artifacts.dataset import DatasetInfo
from smoot.artifacts.scores import AttributionRecord
from smoot.core import components
from smoot.core.components import Entry
from smoot.core.params_file import PARAMS_FILE, Block, Key
from smoot.core.seeding import derive
from smoot.scoring.metric import metric_info

BASELINE = "baseline"
"""What `of` and `on` can say: the model of the report's baseline, whatever the key of that method is."""


class Panel(Block):
    """Attributions × metrics on one seeded subset of the images of a split.

    Each attribution and metric is a variant of a component: its parameters, by a name of its own choice, with the
    component's name as the value of the key `attribution` or `metric`; or by the component's name.
    """

    images: int = Field(ge=2)
    """How many images of the split are scored."""
    split: Literal["test", "val"] = "test"
    """Where the images come from. `val` is for panels by whose scores something is to be chosen."""
    seed: int = Field(0, ge=0, lt=2**31)
    """The seed by which images are taken, and of the metrics' random draws."""
    by_seed: bool = False
    """Whether every training seed takes images and draws of its own, the same for all methods, so that intervals over
    seeds are over the images too. false: they are the same for all seeds."""
    gallery: int = Field(8, ge=0)
    """The maps of the first so many images are kept for the report to show."""
    attributions: dict[Key, dict[str, Any]] = Field(min_length=1)
    """The attributions to score, each with its parameters. `of: baseline` makes the map with the model of the report's
    baseline, of the same data set, model and seed; `on: baseline` tries the map on that model."""
    metrics: dict[Key, dict[str, Any]] = Field(min_length=1)
    """The metrics to score them by, each with its parameters."""

    @model_validator(mode="after")
    def _shows_images_that_it_has(self) -> Self:
        if "gallery" in self.model_fields_set and self.gallery > self.images:
            raise ValueError(f"gallery: {self.gallery}: should be at most images, {self.images}")
        return self

    @model_validator(mode="after")
    def _knows_whose_maps_they_are(self) -> Self:
        for name in self.attributions:
            entry = self.attribution(name)
            if not isinstance(entry.component, str):
                continue  # it is refused by what looks for the component
            for option, value in entry.options.items():
                if value != BASELINE:
                    raise ValueError(f"attributions.{name}.{option}: {value!r}: should be {BASELINE}")
            if entry.options and not self.own(name):
                asked = {"attribution": entry.component} | entry.arguments
                raise ValueError(
                    f"attributions.{name}: no entry of the same map without {' and '.join(entry.options)}; add one, "
                    f"such as {entry.component}: {asked if entry.component in self.attributions else entry.arguments}"
                )
        return self

    def seed_of(self, training_seed: int) -> int:
        """The seed by which the images and the metrics' random draws of a cell are drawn."""
        return derive(self.seed, "by_seed", training_seed) if self.by_seed else self.seed

    @property
    def asks_baseline(self) -> bool:
        """Whether an attribution is of, or on, the baseline's model."""
        return any(self.attribution(name).options for name in self.attributions)

    def own(self, name: str) -> str:
        """The entry of the same map as the entry `name`, but of and on the scored model; "" if there is none."""
        entry = self.attribution(name)
        alike = (
            other
            for other in map(self.attribution, self.attributions)
            if not other.options and (other.component, other.arguments) == (entry.component, entry.arguments)
        )
        return next((other.key for other in alike), "")

    def beyond(self, name: str, dataset: str, info: DatasetInfo) -> list[str]:
        """A line, if the data set's split has fewer images than it asks for. name, dataset: keys of params.yaml."""
        if self.images <= (size := info.sizes[self.split]):
            return []
        where = f"{PARAMS_FILE}: panels.{name}.images: {self.images}"
        return [f"{where}: the {self.split} split of {dataset} has {size}"]

    def scores(self) -> list[tuple[str, str]]:
        """(attribution, metric) of every score. A metric of the model comes once, with attribution ""."""
        of_model = [name for name in self.metrics if metric_info(self.metric(name)).of_model]
        of_maps = [name for name in self.metrics if name not in of_model]
        return [("", name) for name in of_model] + list(product(self.attributions, of_maps))

    def null_attributions(self) -> set[str]:
        """Those whose maps say nothing of the model."""
        return {name for name in self.attributions if attribution_record(self.attribution(name)).null}

    def borrowed(self) -> set[str]:
        """Those that are of, or on, the baseline's model: they are parts of a comparison, and no explanation alone."""
        return {name for name in self.attributions if self.attribution(name).options}

    def effects(self) -> set[str]:
        """The attributions that have all that their effects are made of: entries of, and on, the baseline's model."""
        options = {(self.own(name), *self.attribution(name).options) for name in self.borrowed()}
        return {own for own, *option in options if option == ["of"] and (own, "on") in options}

    def record(self, name: str) -> AttributionRecord:
        """What the attribution says of itself, and whose map it is."""
        entry = self.attribution(name)
        said = attribution_record(entry)
        if not entry.options:
            return said
        return said.model_copy(update={**entry.options, "own": self.own(name)})

    def attribution(self, name: str) -> Entry:
        return components.resolve("attributions", name, self.attributions[name])

    def metric(self, name: str) -> Entry:
        return components.resolve("metrics", name, self.metrics[name])


def attribution_record(entry: Entry) -> AttributionRecord:
    """What the attribution says of itself."""
    component = entry.load()
    null, complete = (getattr(component, constant, False) for constant in ("NULL", "COMPLETE"))
    return AttributionRecord(component=entry.component, null=null, complete=complete)
