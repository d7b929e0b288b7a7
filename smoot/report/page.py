"""What a report is made of: sections of notes, tables and figures. `smoot.report.render` writes them as HTML, Markdown
and TeX, and nothing here knows how.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from matplotlib.figure import Figure

from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.comparison import Difference


@dataclass(frozen=True)
class Span:
    """A stretch of text that is not plain."""

    text: str
    kind: Literal["code", "strong", "link", "mark"]
    target: str = ""
    """The target of a link: an address, a file beside the page, or #section."""


Text = str | tuple[str | Span, ...]
"""What a reader reads. Each renderer escapes the parts."""


@dataclass(frozen=True)
class Note:
    """A paragraph."""

    text: Text
    kind: Literal["plain", "notice", "warning"] = "plain"


@dataclass(frozen=True)
class Points:
    """A list of points."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Listing:
    """Text as it is in a file."""

    text: str


@dataclass(frozen=True)
class Cell:
    """One cell of a table: what it says, and what it is."""

    text: str = "–"
    value: float | None = None
    """What a column is sorted by; its text, if not given."""
    seeds: str = ""
    """Every seed's value, in small print."""
    difference: Difference | None = None
    """The difference to the method that the table compares with, in small print."""
    detail: str = ""
    """What else is in small print."""
    metric: str = ""
    """A key of the study's metrics, which the text names: a click tells what is known of it."""
    mark: str = ""
    """Keys of `sanity.MARKS`."""
    null: bool = False
    """Says nothing of training."""
    apart: bool = False
    """Its interval excludes 0."""
    hole: str = ""
    """What is missing, such as "2 of 3 seeds"."""


@dataclass(frozen=True)
class Column:
    title: str
    number: bool = False
    """Numbers, which stand at the right."""
    method: str = ""
    """The method that the column is of, if it is of one."""
    null: bool = False


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    """One a column; the first names the row."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What the row is of, for filters: dataset, model, method, attribution, category."""
    null: bool = False
    higher_is_better: bool | None = None
    differences: Mapping[tuple[str, str], Difference] = field(default_factory=dict)
    """The difference of every two methods, the first less the second: what a reader can choose to compare with."""


@dataclass(frozen=True)
class Table:
    name: str
    """The table's name, of [a-z0-9_-], which no other one of the report has."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str
    """What it is of, for who does not see what stands around it."""
    compared_with: str = ""
    """The method that `Cell.difference` is to, where the reader can choose another."""


@dataclass(frozen=True)
class Picture:
    """A figure, inside the page and as files in figures/."""

    name: str
    """The name of the picture's files, without suffix."""
    figure: Figure
    caption: Text
    """The text below the picture, with n, the seeds, and what intervals are."""
    alt: str
    """What is to be seen, for who does not see it."""


@dataclass(frozen=True)
class Maps:
    """The maps of one run by one attribution."""

    dataset: str
    model: str
    method: str
    seed: int
    panel: str
    attribution: str
    values: np.ndarray
    """(g, H, W) float32."""


@dataclass(frozen=True)
class Gallery:
    """Maps to choose from: the same images by different methods side by side."""

    images: Mapping[str, np.ndarray]
    """(g, C, H, W) uint8, by data set and panel, as "dataset/panel"."""
    labels: Mapping[str, tuple[str, ...]]
    """(g,) classes, by the same."""
    maps: tuple[Maps, ...]


@dataclass(frozen=True)
class Part:
    """Blocks under a title of their own."""

    title: str
    blocks: "tuple[Block, ...]"
    folded: bool | None = None
    """Whether it is closed at first; None where it cannot be folded."""


Block = Note | Points | Listing | Table | Picture | Gallery | Part


@dataclass(frozen=True)
class Section:
    """One section of a report; a file of `smoot.report.sections` builds it."""

    id: str
    title: str
    reading: Text
    """How to read it, in a few sentences."""
    blocks: tuple[Block, ...]
    of_machine: bool = False
    """Whether it tells of the machines, and so may differ between two runs of the same bits."""


@dataclass(frozen=True)
class Explained:
    """What a reader who asks for a metric is told."""

    name: str
    """What `Cell.metric` calls it."""
    title: str
    info: MetricInfo
    here: tuple[Text, ...] = ()
    """What its marks mean in this report."""


def tables(blocks: Iterable[Block]) -> Iterator[Table]:
    """Also those of parts, in order."""
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Part):
            yield from tables(block.blocks)
