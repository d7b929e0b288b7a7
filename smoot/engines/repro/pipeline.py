"""DVC's steps before and after the command of a stage, so that commands can run side by side between them.

The steps are those of `dvc repro`, by the functions that it calls, one stage at a time: what is cached, restored and
recorded is the same.
"""

import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dvc.dvcfile import LOCK_FILE, PROJECT_FILE, Lockfile
from dvc.exceptions import DvcException
from dvc.lock import LockError
from dvc.repo import Repo, lock_repo
from dvc.repo.reproduce import collect_stages, get_active_graph, plan_repro
from dvc.rwlock import rwlock
from dvc.stage import PipelineStage
from dvc.stage.cache import RunCacheNotFoundError
from dvc.stage.run import _enforce_cmd_list, _make_cmd, get_executable, prepare_kwargs
from dvc.stage.serialize import to_lockfile
from dvc.utils.serialize import modify_yaml

from smoot.core.errors import SmootError
from smoot.engines.exclusive import no_snakemake

SECONDS_BETWEEN_RECORDS = 60.0


class Pipeline:
    """The stages of dvc.yaml in the working folder, each named as DVC names it.

    Raises SmootError where DVC can make no pipeline of them.
    """

    def __init__(self, targets: Sequence[str] = ()) -> None:
        """targets: stages that are wanted, with all that they need; all stages, if none."""
        logging.getLogger("dvc").setLevel(
            logging.CRITICAL
        )  # Its warnings are in what it raises; its bars would be drawn over ours.
        with _plainly():
            self._repo = Repo(_wait_for_lock=True)
            with lock_repo(self._repo):
                wanted = collect_stages(self._repo, targets or [PROJECT_FILE])
                self._graph = get_active_graph(self._repo.index.graph)
                self._stages: dict[str, PipelineStage] = {
                    stage.addressing: stage for stage in plan_repro(self._graph, wanted)
                }
                self._lock_file = Lockfile(self._repo, str(Path(self._repo.root_dir, LOCK_FILE)))
                self._recorded_before = list(self._lock_file.load().get("stages", {}))
        self._unrecorded: list[PipelineStage] = []
        self._last_record = time.monotonic()

    @property
    def names(self) -> list[str]:
        """The names of the stages, in the order in which `dvc repro` runs them."""
        return list(self._stages)

    def needs(self, name: str) -> list[str]:
        """The stages that must be done before this one."""
        return [stage.addressing for stage in self._graph.successors(self._stages[name])]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps `dvc repro` and another `smoot repro` out of the folder. Raises SmootError that says which one runs."""
        no_snakemake()
        repo = self._repo
        # The command as DVC's own functions call it, which would otherwise wait for the lock that is held here.
        command, hardlink = " ".join(sys.argv), repo.config["core"].get("hardlink_lock", False)
        with ExitStack() as held:
            try:
                held.enter_context(rwlock(repo.tmp_dir, repo.fs, command, [], [repo.root_dir], hardlink))
            except LockError as error:
                running = re.findall(r"\(PID (\d+)\): (.*)", str(error))
                named = "; ".join(f"{command} (process {process})" for process, command in running)
                raise SmootError(f"another run is at work in this folder: {named or error}") from None
            yield

    def is_up_to_date(self, name: str) -> bool:
        """What it needs must be done. Raises SmootError where that, or what the stage wrote, cannot be read."""
        with self._locked():
            return not self._stages[name].changed()

    def prepare(self, name: str) -> bool:
        """Removes what the stage wrote. True if the run-cache had what its command would write anew."""
        stage = self._stages[name]
        with self._locked():
            stage.remove_outs()
            try:
                self._repo.stage_cache.restore(stage)
            except RunCacheNotFoundError:
                stage.save_deps()
                return False
        self.finish(name)
        return True

    def start(self, name: str, log: Path) -> subprocess.Popen[bytes]:
        """The stage's command, in a process group of its own."""
        stage = self._stages[name]
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as file:
            return subprocess.Popen(
                _make_cmd(get_executable(), " && ".join(_enforce_cmd_list(stage.cmd))),
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
                **prepare_kwargs(stage),
            )  # fmt: skip

    def finish(self, name: str) -> None:
        """Puts what the stage wrote into the cache. Raises SmootError, such as where an output is missing."""
        stage = self._stages[name]
        with self._locked():
            stage.save(run_cache=all(output.use_cache or output.is_metric or output.is_plot for output in stage.outs))
            stage.commit()
        self._unrecorded.append(stage)
        # It costs as much as many stages' other steps. What a kill leaves unrecorded is restored from the run-cache.
        if time.monotonic() - self._last_record > SECONDS_BETWEEN_RECORDS:
            self.record()

    def record(self) -> None:
        """Writes the finished stages into dvc.lock, in the order that `dvc repro` would have written them."""
        if not self._unrecorded:
            return
        order = dict.fromkeys([*self._recorded_before, *self._stages])
        with self._locked(), self._repo.scm_context as git, modify_yaml(self._lock_file.path) as content:
            content.setdefault("schema", "2.0")
            recorded = content.get("stages", {})
            for stage in self._unrecorded:
                recorded.update(to_lockfile(stage))
            content["stages"] = {name: recorded[name] for name in order if name in recorded}
            git.track_file(self._lock_file.relpath)
        self._unrecorded.clear()
        self._last_record = time.monotonic()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with _plainly(), self._repo.lock:
            yield


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except (DvcException, OSError) as error:
        raise SmootError(" ".join(str(error).split())) from None
