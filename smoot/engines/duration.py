"""How long the training of a grid will take, by what runs on disk took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from statistics import mean

from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import RESULTS, GridCell
from smoot.artifacts.run import Cost, read_cost, read_run
from smoot.core.errors import SmootError
from smoot.core.seconds import text_of
from smoot.core.text import count, some

DEAREST = 3  # groups of cells that are named


@dataclass(frozen=True)
class Estimate:
    """The time that the runs of one data set, model and method will take which are not on disk."""

    cells: tuple[GridCell, ...]
    costs: tuple[Cost, ...]
    """Those that it is made from: of the same data set, as if of as many images, else of others; none where nothing
    like it has run."""

    @property
    def name(self) -> str:
        first = self.cells[0]
        return f"{first.dataset}/{first.model}/{first.method}"

    @property
    def each(self) -> float:
        """Seconds of one run. What a resumed run took in all is not recorded, only what its training steps took."""
        return mean(max(cost.train_seconds, cost.total_seconds) for cost in self.costs)

    @property
    def total(self) -> float:
        return self.each * len(self.cells)

    @property
    def elsewhere(self) -> list[str]:
        """The other data sets that it is made from."""
        return sorted({cost.dataset for cost in self.costs} - {self.cells[0].dataset})


def estimates(grid: Grid, images: int | None = None) -> list[Estimate]:
    """One for each data set, model and method that has runs which are not on disk, in the grid's order.

    images: how many training images each run draws; None where it has all.
    """
    left = [cell for cell in grid.cells() if not cell.run_record.exists()]
    known = cache(_known)
    return [
        Estimate(tuple(cells), _costs(*keys, images, known))
        for keys, cells in groupby(left, key=lambda cell: (cell.dataset, cell.model, cell.method))
    ]


def duration_lines(found: Sequence[Estimate]) -> list[str]:
    """What is known of them, one thing a line; none where there are none."""
    if not found:
        return []
    known = [estimate for estimate in found if estimate.costs]
    unknown = [estimate for estimate in found if not estimate.costs]
    runs = sum(len(estimate.cells) for estimate in known)
    said = []
    if known:
        devices = sorted({str(cost.machine.get("device")) for estimate in known for cost in estimate.costs})
        seconds = text_of(sum(estimate.total for estimate in known))
        said.append(
            f"{count(runs, 'run')} left: about {seconds} one after the other, by runs on disk ({', '.join(devices)})"
        )
        dearest = sorted(known, key=lambda estimate: -estimate.total)[:DEAREST]
        named = (f"{estimate.name} {text_of(estimate.each)} × {len(estimate.cells)}" for estimate in dearest)
        said.append(f"dearest: {', '.join(named)}")
    borrowed = [f"{estimate.name} by {', '.join(estimate.elsewhere)}" for estimate in known if estimate.elsewhere]
    if borrowed:
        said.append(f"by another data set, not scaled: {some(borrowed, between='; ')}")
    if unknown:
        runs = sum(len(estimate.cells) for estimate in unknown)
        names = [estimate.name for estimate in unknown]
        said.append(f"{count(runs, 'run')} left, time unknown, as nothing of the kind has run here: {some(names)}")
    return said


def _costs(
    dataset: str, model: str, method: str, images: int | None, known: Callable[[str, str], tuple[Cost, ...]]
) -> tuple[Cost, ...]:
    alike = known(model, method)
    return tuple(_with_images(images, cost) for cost in alike if cost.dataset == dataset) or alike


def _with_images(images: int | None, cost: Cost) -> Cost:
    """What the run had taken, its training steps as many as so many images make; as it is without a whole record.

    images: None for all that the data set had.
    """
    try:
        run = read_run(GridCell(cost.dataset, cost.model, cost.method, cost.seed))
    except SmootError:
        return cost
    whole = run.dataset_summary.sizes["train"]
    more = cost.train_seconds * ((images or whole) / (run.training_images or whole) - 1)
    return cost.model_copy(
        update={"train_seconds": cost.train_seconds + more, "total_seconds": cost.total_seconds + more}
    )


def _known(model: str, method: str) -> tuple[Cost, ...]:
    """The costs of all runs on disk, whatever the data set and seed; a cost that cannot be read tells nothing here."""
    costs = []
    for path in sorted(Path(RESULTS, "runs").glob(f"*/{model}/{method}/seed*/cost.json")):
        dataset, seed = path.parts[-5], path.parts[-2].removeprefix("seed")
        if seed.isdecimal():
            try:
                costs.append(read_cost(GridCell(dataset, model, method, int(seed))))
            except SmootError:
                continue
    return tuple(costs)
