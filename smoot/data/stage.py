"""`smoot fetch`: one data set, from its source to results/data/."""

from typing import Any

from smoot.artifacts.paths import DataFolder
from smoot.core import components, memory
from smoot.core.folders import locked, recover
from smoot.core.progress import say
from smoot.data.leaks import without_leaks
from smoot.data.load_entry import load_entry
from smoot.data.twins import said
from smoot.data.write import write_dataset


def fetch_dataset(dataset: str, view: dict[str, Any]) -> None:
    entry = components.resolve("datasets", dataset, view[f"datasets.{dataset}"])
    folder = DataFolder(dataset).path
    memory.give_back_at_once()
    with locked(folder.with_name(f".{dataset}.lock"), f"{folder}: another process fetches it; waiting for it"):
        recover(folder)
        loaded, left_out = load_entry(entry), list[str]()
        if loaded.leaks == "drop":
            loaded, left_out = without_leaks(loaded, f"leaks {dataset}")
        twins = write_dataset(folder, loaded, entry.load().CARD)
    say(f"{folder}: " + ", ".join(f"{len(source)} {split}" for split, source in loaded.splits.items()))
    for line in [*left_out, *said(twins), *loaded.told()]:
        say(f"{folder}: {line}")
