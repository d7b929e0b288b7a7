"""An entry of the `panels` block."""

from itertools import product
from typing import Any

from pydantic import Field

from smoot.core import components
from smoot.core.params_file import Block, Key
from smoot.scoring.apply_metric import describe


class Panel(Block):
    """Attributions × metrics on one seeded subset of the test images.

    attributions and metrics: the parameters of each component, by its name. A metric may appear more than once, under
    names of its own choice, with the component's name as the value of the key `metric`.
    """

    images: int = Field(ge=2, description="how many test images")
    seed: int = Field(0, ge=0, description="which ones, and the metrics' random draws")
    gallery: int = Field(8, ge=0, description="the first so many images' maps are kept for the report")
    attributions: dict[str, dict[str, Any]] = Field(min_length=1)
    metrics: dict[Key, dict[str, Any]] = Field(min_length=1)

    def scores(self) -> list[tuple[str, str]]:
        """(attribution, metric) of every score. A metric of the model comes once, with attribution ""."""
        metrics = {name: components.resolve("metrics", name, entry) for name, entry in self.metrics.items()}
        of_model = [name for name, metric in metrics.items() if describe(metric.component, metric.arguments).of_model]
        of_maps = [name for name in metrics if name not in of_model]
        return [("", name) for name in of_model] + list(product(self.attributions, of_maps))
