"""What a reader must know of the methods: in what they differ from the shared blocks, and what their records say."""

from collections.abc import Mapping
from typing import Any

from smoot.artifacts.run import RunRecord


def overrides(runs: Mapping[str, RunRecord]) -> dict[str, dict[str, dict[str, Any]]]:
    """block → method → the options in which it differs; no block that all methods share. runs: one of each method."""
    blocks = {
        "masking": {method: run.masking for method, run in runs.items() if run.masking},
        "training": {method: run.recipe for method, run in runs.items() if run.recipe},
    }
    return {block: methods for block, methods in blocks.items() if methods}


def notes(runs: Mapping[str, RunRecord]) -> dict[str, list[str]]:
    """Each distinct note, and the methods that have it. runs: one of each method."""
    texts: dict[str, list[str]] = {}
    for method, run in runs.items():
        if run.note:
            texts.setdefault(run.note, []).append(method)
    return texts
