"""What PyTorch raises when a run cannot go on, as a line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from smoot.core.errors import SmootError
from smoot.training.params import Training

NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
NO_PEER = ("connection closed", "connection reset", "broken pipe", "timed out waiting")


@contextmanager
def named(training: Training) -> Iterator[None]:
    """Raises SmootError in the place of errors that are no fault of the code; others pass."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        said = str(error).lower()
        if isinstance(error, MemoryError) or any(words in said for words in NO_MEMORY):
            raise SmootError(
                f"out of memory with training.batch_size {training.batch_size}: {_less(training)}"
            ) from error
        if "does not have a deterministic implementation" in said:
            first = str(error).splitlines()[0]
            raise SmootError(f"{first} With compute.deterministic: false this can be trained.") from error
        if training.processes > 1 and any(words in said for words in NO_PEER):
            raise SmootError("another of the processes has ended") from error
        raise


def _less(training: Training) -> str:
    """The largest batch size that is allowed and at most half as large."""
    half = training.batch_size // 2 // training.processes * training.processes
    return f"try {half}" if half >= 2 * training.processes else "no smaller one is allowed"
