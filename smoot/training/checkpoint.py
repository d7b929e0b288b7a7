"""Checkpoints: a run that was killed at any moment is resumed from its last one, to the same bits.

They lie outside the stage's outputs, which the workflow engines remove before they run a stage anew.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from smoot.core.files import remove_leftovers, write_text
from smoot.core.folders import locked
from smoot.core.progress import say
from smoot.training import archive
from smoot.training.fingerprint import Fingerprint


class Checkpoints:
    """The checkpoint of one cell, in a folder of its own."""

    def __init__(self, folder: Path, own: Fingerprint) -> None:
        self.folder, self.own = folder, own
        self.path, self.note = folder / "state.safetensors", folder / "finished"

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Keeps other processes from training the cell; they wait here. A process that is killed holds no lock.

        Yields whether this one had to wait for a process with the same fingerprint, which finished. Raises SmootError
        where the folder cannot hold checkpoints.
        """
        waiting = f"{self.folder}: another process trains this cell; waiting for it"
        with locked(self.folder / "lock", waiting) as waited:
            finished = waited and self._finished_by() == json.dumps(self.own)
            if not finished:  # else the note stays, for the next one that waits
                self.note.unlink(missing_ok=True)
            remove_leftovers(self.path)
            yield finished

    def finish(self) -> None:
        """Removes the checkpoint, and tells a process that waits that the cell is trained."""
        self.path.unlink(missing_ok=True)
        write_text(self.note, json.dumps(self.own))

    def _finished_by(self) -> str:
        """The fingerprint of the process that has finished the cell; empty without one."""
        return self.note.read_text(encoding="utf-8") if self.note.exists() else ""

    def save(self, state: dict[str, Any]) -> None:
        archive.write_archive(self.path, {"fingerprint": self.own, "state": state})

    def load(self) -> dict[str, Any] | None:
        """The state to resume from, or None. What cannot be resumed from is set aside, and a line says why."""
        if not self.path.exists():
            return None
        try:
            content = archive.read_archive(self.path)
            made_with, state = content["fingerprint"], content["state"]
        except (archive.UnreadableError, KeyError, TypeError) as error:
            self.set_aside(f"cannot be read ({error})")
            return None
        if other := [name for name in self.own if made_with.get(name) != self.own[name]]:
            self.set_aside(f"was made with other {', '.join(other)}")
            return None
        return state

    def set_aside(self, why: str) -> None:
        names = (self.folder / f"set_aside_{number}.safetensors" for number in count(1))
        aside = next(path for path in names if not path.exists())
        self.path.rename(aside)
        say(f"{self.path}: {why}; it is now {aside.name}, and training starts from the beginning")
