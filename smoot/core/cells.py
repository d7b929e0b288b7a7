"""Cells of the grid: their coordinates, and where their results live."""

from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path("results")
REPORTS = Path("reports")


def data_folder(dataset: str) -> Path:
    return RESULTS / "data" / dataset


def report_folder(name: str) -> Path:
    return REPORTS / name


@dataclass(frozen=True)
class Cell:
    """One training run: a data set, a model, a training method and a seed."""

    dataset: str
    model: str
    method: str
    seed: int

    @property
    def coordinates(self) -> dict[str, str | int]:
        return asdict(self)

    @property
    def run_folder(self) -> Path:
        return RESULTS / "runs" / self._path

    @property
    def checkpoint_folder(self) -> Path:
        return RESULTS / "checkpoints" / self._path

    def scores(self, panel: str) -> Path:
        """The JSON file of the panel's scores; its maps are beside it, with the suffix .npz."""
        return RESULTS / "scores" / self._path / f"{panel}.json"

    @property
    def _path(self) -> Path:
        return Path(self.dataset, self.model, self.method, f"seed{self.seed}")

    def __str__(self) -> str:
        return self._path.as_posix()
