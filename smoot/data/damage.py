"""Reading files that may be damaged with code that says so in its own ways."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smoot.core.errors import SmootError


@contextmanager
def damage_named(path: Path, folder: Path | None = None) -> Iterator[None]:
    """Any error in the block as a SmootError: what is at `path` is damaged or missing.

    folder: what is to be removed to have it made again, unless it is `path` itself.
    """
    try:
        yield
    except (SmootError, MemoryError):
        raise
    except PermissionError as error:
        raise SmootError(f"{error.filename or path}: cannot be read: {error.strerror}") from error
    except Exception as error:
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise SmootError(
            f"{path}: damaged or missing; remove {folder or 'it'} to have it made again ({reason})"
        ) from error
