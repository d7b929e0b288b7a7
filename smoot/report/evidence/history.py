"""What training has measured after each epoch."""

from collections.abc import Mapping
from io import BytesIO

import numpy as np
import pandas as pd

from smoot.artifacts.paths import GridCell


def histories(contents: Mapping[GridCell, bytes]) -> pd.DataFrame:
    """One row an epoch of a run, with the run's coordinates; without columns where nothing was trained.

    contents: as from `history_text`.
    """
    alike: dict[bytes, list[GridCell]] = {}
    for cell, content in contents.items():
        if len(content.splitlines()) > 1:
            alike.setdefault(content.splitlines()[0], []).append(cell)
    order, frames = {cell: place for place, cell in enumerate(contents)}, [pd.DataFrame()]
    # One file for all runs with the same columns: reading thousands of small ones takes seconds.
    for header, cells in alike.items():
        bodies = [contents[cell].splitlines()[1:] for cell in cells]
        frame = pd.read_csv(BytesIO(b"\n".join([header, *(row for body in bodies for row in body)])))
        runs = pd.DataFrame([cell.coordinates for cell in cells], index=[order[cell] for cell in cells])
        runs = runs.loc[np.repeat(runs.index, [len(body) for body in bodies])]
        frames.append(pd.concat([frame.set_index(runs.index), runs], axis=1))
    return pd.concat(frames).sort_index(kind="stable").reset_index(drop=True)
