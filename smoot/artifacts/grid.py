"""The `grid` block: what is compared with what."""

from itertools import product
from typing import Annotated

from pydantic import Field

from smoot.artifacts.paths import GridCell
from smoot.core.params_file import Block, Key

Keys = Annotated[list[Key], Field(min_length=1)]


class Grid(Block):
    """What is compared with what: every combination is a cell."""

    datasets: Keys
    """Keys of the `datasets` block: the data to train and score on."""
    models: Keys
    """Keys of the `models` block: the networks to train."""
    methods: Keys
    """Keys of the `methods` block: the training methods to compare."""
    seeds: list[Annotated[int, Field(ge=0, lt=2**31)]] = Field(min_length=1)
    """Training seeds. Each is one replicate: a claim of significance needs six or more."""
    panels: Keys
    """Keys of the `panels` block: how each trained model is scored."""

    def cells(self) -> list[GridCell]:
        """Every training run of the grid, in the order of its lists."""
        return [GridCell(*coordinates) for coordinates in product(self.datasets, self.models, self.methods, self.seeds)]
