"""What PyTorch raises when a run cannot go on, as a line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from smoot.core.errors import SmootError, TransientError
from smoot.training.recipe import Recipe

NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
NO_PEER = ("connection closed", "connection reset", "broken pipe", "timed out waiting")


@contextmanager
def named(recipe: Recipe) -> Iterator[None]:
    """Raises SmootError in the place of errors that are no fault of the code; others pass."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        message = str(error).lower()
        if isinstance(error, MemoryError) or any(words in message for words in NO_MEMORY):
            size = recipe.batch_size
            raise TransientError(f"out of memory with training.batch_size {size}: {_less(recipe)}") from error
        if "does not have a deterministic implementation" in message:
            first = str(error).splitlines()[0]
            raise SmootError(f"{first} With compute.deterministic: false this can be trained.") from error
        if recipe.processes > 1 and any(words in message for words in NO_PEER):
            raise TransientError("another of the processes has ended") from error
        raise


def _less(recipe: Recipe) -> str:
    """The largest batch size that is allowed and at most half as large."""
    half = recipe.batch_size // 2 // recipe.processes * recipe.processes
    return f"try {half}" if half >= 2 * recipe.processes else "no smaller one is allowed"
