"""The `grid` block: what is compared with what."""

from itertools import product
from typing import Annotated

from pydantic import Field

from smoot.artifacts.paths import Cell
from smoot.core.params_file import Block, Key

Keys = Annotated[list[Key], Field(min_length=1)]


class Grid(Block):
    """What is compared with what: every combination is a cell."""

    datasets: Keys
    models: Keys
    methods: Keys
    seeds: list[Annotated[int, Field(ge=0, lt=2**31)]] = Field(min_length=1)
    panels: Keys

    def cells(self) -> list[Cell]:
        """Every training run of the grid, in the order of its lists."""
        return [Cell(*coordinates) for coordinates in product(self.datasets, self.models, self.methods, self.seeds)]
