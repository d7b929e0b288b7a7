"""Text for people."""


def short(text: str, most: int) -> str:
    """Cut to that many characters, with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"
