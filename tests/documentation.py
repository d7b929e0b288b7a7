"""The code blocks of README and docs: what they hold, and how it is known whether they are run.

A comment above a block says why it is not run here, `<!-- not run: REASON -->`, that its workflow is only planned,
`<!-- dry run: REASON -->`, or which test runs it, `<!-- run by: FILE -->`. A block with a `title` is that file.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from builders import PROJECT
from markdown_it import MarkdownIt

PAGES = sorted(
    path.relative_to(PROJECT).as_posix()
    for path in [
        PROJECT / "README.md",
        PROJECT / "CONTRIBUTING.md",
        PROJECT / "config/README.md",
        *PROJECT.glob("docs/**/*.md"),
    ]
)
MARK = re.compile(r"<!-- (not run|dry run|run by): (.+) -->\s*")
TITLE = re.compile(r'title="([^"]+)"')
RAN: Counter[str] = Counter()
"""How many blocks and commands the tests of this process have run."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    title: str
    """The file that it is; empty for a part of one, and for commands."""
    mark: str
    """One of "not run", "dry run", "run by", or empty: it is run as it is."""
    why: str
    heading: str
    """The one it stands under."""
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """Of a block of commands: each by itself, without comments and output."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        stripped = [part.strip() for line in lines for part in line.split(" #")[0].split(" && ")]
        return [line for line in stripped if line and not line.startswith("#")]


def blocks(page: str) -> list[Block]:
    """Those of a page, in its order. page: from the project's folder."""
    found, mark, heading, heading_next = [], ("", ""), "", False
    for token in MarkdownIt().parse((PROJECT / page).read_text(encoding="utf-8")):
        if token.type == "heading_open":
            heading_next = True
        elif heading_next:
            heading, heading_next = token.content, False
        elif token.type == "html_block" and (match := MARK.fullmatch(token.content)):
            mark = match.groups()
        elif token.type == "fence":
            language, _, rest = token.info.partition(" ")
            title = TITLE.search(rest)
            found.append(
                Block(page, token.map[0] + 1, language, title[1] if title else "", *mark, heading, token.content)
            )
            mark = ("", "")
    return found


def commands_under(page: str, heading: str) -> list[str]:
    """The commands below a heading."""
    return [command for block in blocks(page) if block.heading == heading for command in block.commands]


def all_blocks() -> list[Block]:
    return [block for page in PAGES for block in blocks(page)]


def exists(name: str) -> bool:
    return Path(PROJECT, name).is_file()
