"""The commands that docs/dvc.md shows."""

from builders import PROJECT


def commands(heading: str) -> list[str]:
    """Those of the blocks below a heading, one a line, without comments."""
    text = (PROJECT / "docs/dvc.md").read_text(encoding="utf-8")
    section = text.split(f"# {heading}\n")[1].split("\n#")[0]
    blocks = section.split("```sh\n")[1:]
    lines = [line for block in blocks for line in block.split("\n```")[0].splitlines()]
    return [line.split("  #")[0].split(" # ")[0].strip() for line in lines]
