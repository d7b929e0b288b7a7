"""Turning the comparison into files: index.html, report.md and tables.tex from templates, figures as SVG and PDF."""

import base64
import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from smoot.core.files import atomic
from smoot.report.comparison import Difference

NO_TIME = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


def number(value: float, digits: int = 3) -> str:
    """Fixed digits with a true minus; an en dash where there is none."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 3) -> str:
    return "+" + number(abs(value), digits) if math.isfinite(value) and value >= 0 else number(value, digits)


def with_interval(difference: Difference) -> str:
    """Such as +0.100 [+0.050, +0.150]."""
    low, high = difference.interval
    mean = difference.mean
    return f"{signed(mean)} [{signed(low)}, {signed(high)}]" if difference.known else number(mean)


def tex(text: str) -> str:
    """Escaped for LaTeX, with this report's symbols as macros."""
    replacements = {
        "\\": r"\textbackslash{}",
        **{character: f"\\{character}" for character in "_%&#{}$"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "↑": r"$\uparrow$",
        "↓": r"$\downarrow$",
        "−": "$-$",
        "–": "--",
        "≠": r"$\neq$",
    }
    return "".join(replacements.get(character, character) for character in text)


def template(name: str, values: dict[str, Any]) -> str:
    """A template of this package, filled in; text is escaped in HTML."""
    environment = Environment(
        loader=PackageLoader("smoot.report"),
        autoescape=lambda file: file is not None and file.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": number, "signed": signed, "difference": with_interval, "tex": tex}
    return environment.get_template(name).render(values)


def save_figure(figure: Figure, stem: Path, formats: Sequence[str]) -> str:
    """Writes {stem}.{format} for each of `formats`. Returns an SVG as a data URI, for the page."""
    drawn = {name: _bytes(figure, name) for name in dict.fromkeys(["svg", *formats])}
    for name in formats:
        with atomic(stem.with_suffix(f".{name}")) as path:
            path.write_bytes(drawn[name])
    uri = "data:image/svg+xml;base64," + base64.b64encode(drawn["svg"]).decode()
    plt.close(figure)
    return uri


def _bytes(figure: Figure, name: str) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format=name, metadata=NO_TIME[name], bbox_inches="tight")
    return buffer.getvalue()
