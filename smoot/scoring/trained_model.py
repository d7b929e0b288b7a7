"""The model of a trained cell."""

import textwrap
from hashlib import sha256

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import nn

from smoot.artifacts.dataset import DatasetInfo
from smoot.artifacts.paths import CELL_METADATA, GridCell
from smoot.artifacts.run import read_run
from smoot.core.errors import SmootError
from smoot.core.machine import Machine
from smoot.models.create import build
from smoot.models.model_entry import ModelEntry
from smoot.models.smoothed import as_saved


def load(cell: GridCell, entry: ModelEntry, info: DatasetInfo, machine: Machine) -> tuple[nn.Module, str]:
    """(the model in eval mode, its parameters frozen; the SHA-256 of its weights).

    Raises SmootError where the weights are missing, damaged, another's, or not those of the run's record, if there is
    one: a training that failed may have left them.
    """
    try:
        content = cell.weights.read_bytes()
        with safe_open(cell.weights, framework="pt") as file:
            owner = (file.metadata() or {}).get(CELL_METADATA)
        weights = safetensors.torch.load(content)
    except FileNotFoundError:
        raise SmootError(f"{cell.weights}: not there; train the cell first") from None
    except (OSError, SafetensorError) as error:
        raise SmootError(f"{cell.weights}: damaged ({error}); train the cell again") from None
    if owner != str(cell):
        raise SmootError(f"{cell.weights}: of {owner or 'no cell'}, where {cell} was expected; train the cell again")
    digest = sha256(content).hexdigest()
    if cell.run_record.exists() and read_run(cell).weights_sha256 != digest:
        raise SmootError(f"{cell.weights}: damaged, or of another run than {cell.run_record}; train the cell again")
    model = build(entry, info)
    try:
        model = as_saved(model, weights)
        model.load_state_dict(weights)
    except (RuntimeError, AttributeError, LookupError, ValueError) as error:
        reason = textwrap.shorten(str(error), 200)
        raise SmootError(
            f"{cell.weights}: not the weights of model {cell.model}; train the cell again: {reason}"
        ) from None
    return machine.place(model).eval().requires_grad_(False), digest
