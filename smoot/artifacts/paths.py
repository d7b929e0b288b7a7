"""Where everything lies: the cells of the grid, and the files of each stage."""

from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path("results")
REPORTS = Path("reports")
CODE = RESULTS / "code"

CELL_METADATA = "cell"
"""The name by which files that are no records say whose they are."""

SPLITS = ("train", "val", "test")
ARRAYS = ("images", "labels", "masks")
REPORT_BLOCKS = ("grid", "compute", "datasets", "models", "training", "masking", "methods", "panels", "report")
"""The blocks of params.yaml that a report is made with."""


@dataclass(frozen=True)
class DataFolder:
    """One data set, as `fetch` writes it."""

    dataset: str
    """A key of the `datasets` block."""

    @property
    def path(self) -> Path:
        return RESULTS / "data" / self.dataset

    @property
    def info(self) -> Path:
        return self.path / "dataset.json"

    def array(self, split: str, array: str) -> Path:
        """split: of SPLITS. array: of ARRAYS."""
        return self.path / f"{split}_{array}.npy"


@dataclass(frozen=True)
class GridCell:
    """A cell of the grid: one training run. Its files are those of `train` and, for each panel, of `score`."""

    dataset: str
    """A key of the `datasets` block."""
    model: str
    """A key of the `models` block."""
    method: str
    """A key of the `methods` block."""
    seed: int
    """The training seed, at least 0."""

    @property
    def coordinates(self) -> dict[str, str | int]:
        return asdict(self)

    @property
    def run_folder(self) -> Path:
        return RESULTS / "runs" / self._path

    @property
    def weights(self) -> Path:
        return self.run_folder / "model.safetensors"

    @property
    def history(self) -> Path:
        """One row an epoch."""
        return self.run_folder / "history.csv"

    @property
    def run_record(self) -> Path:
        return self.run_folder / "run.json"

    @property
    def cost(self) -> Path:
        return self.run_folder / "cost.json"

    @property
    def run_files(self) -> tuple[Path, ...]:
        """All that `train` writes, the last one last."""
        return self.weights, self.history, self.cost, self.run_record

    @property
    def checkpoint_folder(self) -> Path:
        return RESULTS / "checkpoints" / self._path

    def scores(self, panel: str) -> Path:
        return RESULTS / "scores" / self._path / f"{panel}.json"

    def maps(self, panel: str) -> Path:
        """The images of the report's gallery, and their maps."""
        return self.scores(panel).with_suffix(".npz")

    @property
    def _path(self) -> Path:
        return Path(self.dataset, self.model, self.method, f"seed{self.seed}")

    def __str__(self) -> str:
        return self._path.as_posix()


@dataclass(frozen=True)
class ReportFolder:
    """One report."""

    name: str
    """The value of `report.name`."""
    parent: Path = REPORTS

    @property
    def path(self) -> Path:
        return self.parent / self.name

    @property
    def lock(self) -> Path:
        """The lock of whoever writes the folder."""
        return self.parent / f".{self.name}.lock"

    @property
    def page(self) -> Path:
        return self.path / "index.html"

    @property
    def results(self) -> Path:
        """One row for each cell, attribution and metric."""
        return self.path / "results.csv"
