"""Figures as SVG inside a page, whose colours follow the page's, and as files."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure

from smoot.core.files import atomic
from smoot.report.figures.look import PAPER
from smoot.report.figures.palette import VARIABLES
from smoot.report.figures.renderer import SvgRenderer, svg_number

VARIABLE = re.compile(r"var\(--[a-z0-9-]+,(#[0-9a-f]{6})\)")
NAMES = {light: name for name, (light, _) in VARIABLES.items()}


def inline(figure: Figure, name: str, alt: str = "") -> str:
    """An <svg> element: as wide as there is room, up to its own size; text is text; no ids, nothing behind it.

    Its colours are CSS variables, as `css` defines them, with the light ones as fallback. The text has the page's font.
    name: `data-figure`. alt: what is to be seen, for who does not see it.
    """
    label = f' role="img" aria-label="{escape(alt)}"' if alt else ""
    width, height, content = _drawn(figure)
    return (
        f'<svg data-figure="{escape(name)}"{label} viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' style="width:100%;max-width:{width}px;height:auto">{content}</svg>'
    )


def save(figure: Figure, stem: Path, formats: Sequence[str]) -> list[Path]:
    """Writes {stem}.{format} for each of `formats`, svg or pdf, on light paper; the same bytes for the same figure."""
    paths = []
    for name in formats:
        content = _file(figure).encode() if name == "svg" else _pdf(figure)
        with atomic(path := stem.with_name(f"{stem.name}.{name}")) as temporary:
            temporary.write_bytes(content)
        paths.append(path)
    return paths


def css() -> str:
    """The variables of `inline`, for a page: light, and dark on a screen whose reader prefers it."""
    light, dark = ("".join(f"--{name}:{pair[place]};" for name, pair in VARIABLES.items()) for place in range(2))
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _file(figure: Figure) -> str:
    width, height, content = _drawn(figure)
    content = VARIABLE.sub(r"\1", content)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family="DejaVu Sans, sans-serif"><rect width="100%" height="100%" fill="{PAPER}"/>{content}</svg>\n'
    )


def _pdf(figure: Figure) -> bytes:
    file = BytesIO()
    figure.savefig(file, format="pdf", metadata={"CreationDate": None})
    return file.getvalue()


@lru_cache(maxsize=1)  # a page and a file are made of the same drawing
def _drawn(figure: Figure) -> tuple[str, str, str]:
    width, height = figure.get_size_inches() * figure.dpi
    renderer = SvgRenderer(width, height, figure.dpi, _variable)
    figure.draw(renderer)
    return svg_number(width), svg_number(height), renderer.content


def _variable(colour: str) -> str:
    name = NAMES.get(colour)
    return f"var(--{name},{colour})" if name else colour
