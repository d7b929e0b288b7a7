"""Several processes for one training run, started and watched by torchrun."""

import os

from torch.distributed.elastic.multiprocessing import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.run import main

from smoot.artifacts.paths import GridCell
from smoot.core.errors import PERMANENT, SmootError, TransientError


def launch(cell: GridCell, processes: int) -> None:
    """Runs `smoot train` for the cell in each of the processes, on this machine.

    Raises SmootError where one of them fails, which has said why; SystemExit where told to end by a signal.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # Each process sets its own number; torchrun else warns of this.
    options = [f"--{name}={value}" for name, value in cell.coordinates.items()]
    try:
        main(["--standalone", f"--nproc-per-node={processes}", "-m", "smoot", "train", *options])
    except ChildFailedError as error:
        codes = [failure.exitcode for failure in error.failures.values()]
        permanent = PERMANENT & {*codes}
        said = f"train {cell}: a process of {processes} ended with {', '.join(map(str, codes))}"
        raise (SmootError if permanent else TransientError)(said) from None
    except SignalException as error:
        raise SystemExit(128 + error.sigval) from None
