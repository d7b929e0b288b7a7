"""The options of the stages' commands, and the check of params.yaml that each makes before its stage works."""

import os
from typing import Annotated, Any

import typer

Dataset = Annotated[str, typer.Option(help="A key of the datasets block.")]
Model = Annotated[str, typer.Option(help="A key of the models block.")]
Method = Annotated[str, typer.Option(help="A key of the methods block.")]
Seed = Annotated[int, typer.Option(min=0, help="The training seed.")]
PanelName = Annotated[str, typer.Option("--panel", help="A key of the panels block.")]


def checked_params(**coordinates: str) -> dict[str, Any]:
    """The raw params.yaml, valid as a whole.

    coordinates: an entry that must be there, by its block, such as methods="sgt". Raises ParamsError where something
    is wrong, and SmootError in a command of DVC's where Snakemake is at work in the folder.
    """
    from smoot.settings.validation import checked

    if "DVC_STAGE" in os.environ:
        from smoot.engines.exclusive import no_snakemake

        no_snakemake()
    return checked(**coordinates)
