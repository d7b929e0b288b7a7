"""Turning the comparison into files: index.html, report.md and tables.tex from templates, figures as SVG and PDF."""

import base64
import math
from io import BytesIO
from typing import Any

import matplotlib.pyplot as plt
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from smoot.core.cells import report_folder
from smoot.core.files import atomic

FIGURE_FORMATS = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


def number(value: float, digits: int = 3) -> str:
    """Fixed digits with a true minus; an en dash where there is none."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 3) -> str:
    return "+" + number(value, digits) if math.isfinite(value) and value >= 0 else number(value, digits)


def tex(text: str) -> str:
    """Escaped for LaTeX, with this report's symbols as macros."""
    replacements = {"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "↑": r"$\uparrow$", "↓": r"$\downarrow$", "−": "$-$", "–": "--"}
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
    environment.filters |= {"number": number, "signed": signed, "tex": tex}
    return environment.get_template(name).render(values)


def save_figure(report: str, name: str, figure: Figure) -> str:
    """Writes figures/{name}.svg and .pdf. Returns the SVG as a data URI, for a page that needs no other file."""
    for suffix, metadata in FIGURE_FORMATS.items():
        buffer = BytesIO()
        figure.savefig(buffer, format=suffix, metadata=metadata, bbox_inches="tight")
        with atomic(report_folder(report) / "figures" / f"{name}.{suffix}") as path:
            path.write_bytes(buffer.getvalue())
        if suffix == "svg":
            uri = "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
    plt.close(figure)
    return uri
