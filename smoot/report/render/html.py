"""The page: sections as one HTML file that asks nothing of the network, and reads as well without JavaScript."""

import base64
import mimetypes
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from jinja2 import Environment
from markupsafe import Markup, escape

from smoot.report.page import Block, Explained, Picture, Section, Span, Text, tables
from smoot.report.render import gallery, interactive
from smoot.report.render.templates import environment
from smoot.report.words import number, with_interval

RIGHT_TO_LEFT = {"R", "AL", "AN"}
SCRIPTS = ("state", "compare", "filter", "sort", "copy", "gallery", "read")


def html_page(
    title: str,
    sections: Sequence[Section],
    explained: Sequence[Explained],
    embedded: Mapping[str, bytes],
    beside: Sequence[str],
    colours: str,
    draw: Callable[[Picture], str],
) -> str:
    """The first of `sections` is the answer: its heading is the title, and its reading the question.

    embedded: the files that the page itself holds, by name. beside: names of files that lie beside it. colours: CSS
    that defines the figures' variables. draw: the `<svg>` of a picture.
    """
    shown = [table for section in sections for table in tables(section.blocks)]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=title,
            sections=sections,
            explained=explained,
            known={about.name for about in explained},
            embedded=embedded,
            beside=beside,
            colours=Markup(colours),
            draw=lambda picture: Markup(draw(picture)),
            facets=interactive.facets(shown),
            compared=interactive.compared_methods(shown),
            scale=gallery.scale(),
            scripts=SCRIPTS,
        )
    )


@cache
def _environment() -> Environment:
    return environment(
        kind=kind,
        text=html_text,
        name=name,
        difference=with_interval,
        data_uri=data_uri,
        data=interactive.data,
        groups=interactive.groups,
        panels=gallery.map_grids,
        choices=gallery.choices,
        number=number,
    )


def kind(block: Block) -> str:
    """Such as "table"; a template has a macro for each."""
    return type(block).__name__.lower()


def name(plain: str) -> Markup:
    """Escaped; long words can be broken, and what is written from right to left is kept apart."""
    written = Markup(re.sub(r"(?<=[^\W_])_(?=\w)|\w{24}(?=\w)", r"\g<0><wbr>", str(escape(plain))))
    if any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in plain):
        return Markup("<bdi>{}</bdi>").format(written)
    return written


def html_text(parts: Text) -> Markup:
    return Markup("").join(_part(part) for part in ((parts,) if isinstance(parts, str) else parts))


def _part(part: str | Span) -> Markup:
    if isinstance(part, str):
        return name(part)
    written = name(part.text)
    match part.kind:
        case "code":
            return Markup("<code>{}</code>").format(written)
        case "strong":
            return Markup("<strong>{}</strong>").format(written)
        case "mark":
            return Markup('<span class="mark">{}</span>').format(written)
        case "link":
            return Markup('<a href="{}">{}</a>').format(part.target, written)


def data_uri(content: bytes, file: str) -> str:
    """So that a link can hold a whole file. file: its name, which says what it is."""
    type_of = mimetypes.types_map.get(f".{file.rpartition('.')[2]}", "text/plain;charset=utf-8")
    return f"data:{type_of};base64,{base64.b64encode(content).decode()}"
