"""A Snakemake that runs on the cluster while a test does things to it, to its jobs, and to SLURM."""

import os
import re
import signal
import subprocess
import time

import psutil
from project import Project
from slurm_cluster import Cluster


def profile(cluster: Cluster) -> tuple[str, str]:
    return "--workflow-profile", f"workflow/profiles/{cluster.profile}"


def outputs(*methods: str) -> list[str]:
    return [f"results/runs/mnist5k/test_resnet/{method}/seed0/run.json" for method in methods]


def hear_ctrl_c() -> None:
    """What a shell runs in the background does not, and these tests may be run so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Run:
    """`snakemake` under way. Whatever is left of it when the block ends is ended."""

    def __init__(self, project: Project, cluster: Cluster, *arguments: str) -> None:
        self.project, self.cluster = project, cluster
        self.path = project.folder / f"said-{time.monotonic_ns()}"
        with self.path.open("wb") as file:
            self.process = subprocess.Popen(
                ["snakemake", *profile(cluster), *arguments], cwd=project.folder, env=project.environment(),
                stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=hear_ctrl_c,
            )  # fmt: skip

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *exception: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if jobs := list(self.cluster.jobs()):
            self.cluster.say("scancel", *jobs)
            self.cluster.wait(lambda: not self.cluster.jobs())

    @property
    def said(self) -> str:
        return self.path.read_text()

    def wait(self, ready, seconds: float = 300) -> None:
        """Fails where Snakemake ends before `ready` does."""

        def either() -> bool:
            done = ready()
            assert done or self.process.poll() is None, f"Snakemake ended with {self.process.returncode}:\n{self.said}"
            return done

        try:
            self.cluster.wait(either, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.said}") from None

    def end(self, seconds: float = 300) -> int:
        """Its exit code."""
        self.wait(lambda: self.process.poll() is not None, seconds)
        return self.process.returncode

    def job(self, method: str) -> str:
        """The id of the method's newest job that SLURM knows to be pending or running; empty where there is none."""
        ids = [number for number, comment in self.cluster.jobs().items() if f"_{method}_" in comment]
        return max(ids, key=int, default="")

    def log(self, method: str) -> str:
        """What all attempts at training the method's cell said."""
        path = self.project.folder / f"results/logs/train/mnist5k/test_resnet/{method}/seed0.log.all"
        return path.read_text() if path.exists() else ""

    def trainings(self, method: str) -> list[psutil.Process]:
        """The processes that train the method's cell."""
        found = []
        for process in psutil.process_iter():
            try:
                words = process.cmdline()
                if "train" in words and method in words and process.cwd() == str(self.project.folder):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def pause(self, method: str, after: int = 0) -> psutil.Process:
        """Stops the training once it has resumed as often as `after` says, and has a checkpoint."""
        checkpoint = self.project.folder / f"results/checkpoints/mnist5k/test_resnet/{method}/seed0/state.safetensors"
        resumed = re.compile("resumes from step")
        self.wait(lambda: checkpoint.exists() and len(resumed.findall(self.log(method))) == after)
        (training,) = self.trainings(method)
        training.suspend()
        return training
