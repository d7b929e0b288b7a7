"""A SLURM on the loopback address, with two nodes and two GPUs that are none, whose daemons a test can stop."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import slurm_accounting
from daemons import give, located

DAEMONS = located("munged", "slurmctld", "slurmd")
# Where SLURM's programs look, within jobs too.
CONFIGURATION = Path("/etc/slurm/slurm.conf")
GPUS = CONFIGURATION.with_name("gres.conf")
NAME = "tests_of_smoot"
HOST = socket.gethostname().split(".")[0]
WITH_ACCOUNTING = "slurm"  # the profile
OURS = "# Written by the tests of smoot."
SILENT = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def unavailable(profile: str) -> str:
    """Why no cluster for the profile can be started here; empty where one can."""
    if None in DAEMONS.values():
        return "SLURM and munge are not installed (slurm-wlm, munge)"
    if profile == WITH_ACCOUNTING and (missing := slurm_accounting.missing()):
        return f"{', '.join(missing)} not installed (slurmdbd, mariadb-server)"
    if os.geteuid() != 0:
        return "starting SLURM's daemons needs root"
    if {"slurmctld", "slurmd"} & {process.name() for process in psutil.process_iter()}:
        return "another SLURM is running on this machine"
    for path in (CONFIGURATION, GPUS, slurm_accounting.CONFIGURATION):
        if path.exists() and not path.read_text().startswith(OURS):
            return f"this machine has a SLURM of its own: {path}"
    return ""


class Cluster:
    """Nodes n1 and n2; both GPUs are n1's. Only its configuration files lie outside its folder."""

    def __init__(self, profile: str) -> None:
        """profile: workflow/profiles/PROFILE, which says whether `sacct` is to answer."""
        # Not in pytest's own folder, which only its owner may enter: munged runs as a user of its own.
        self.folder = Path(tempfile.mkdtemp(prefix="smoot-slurm-"))
        self.folder.chmod(0o755)
        self.profile = profile
        self.daemons: dict[str, subprocess.Popen] = {}
        self.commands = {"slurmctld": [DAEMONS["slurmctld"], "-D"]}
        self.commands |= {node: [DAEMONS["slurmd"], "-D", "-N", node] for node in ("n1", "n2")}
        CONFIGURATION.parent.mkdir(parents=True, exist_ok=True)
        stored = "AccountingStorageType=accounting_storage/none\n"
        if profile == WITH_ACCOUNTING:
            self.commands = slurm_accounting.prepare(self.folder, HOST, OURS) | self.commands
            stored = slurm_accounting.configuration(self.folder)
        CONFIGURATION.write_text(_configuration(self.folder) + stored)
        GPUS.write_text(f"{OURS}\nNodeName=n1 Name=gpu File={self.folder}/gpu[0-1]\n")
        for name, device in (("gpu0", "/dev/null"), ("gpu1", "/dev/zero")):  # only a device is taken for one
            (self.folder / name).symlink_to(device)

    def start(self) -> None:
        self._start_munge()
        for name in self.commands:
            self.begin(name)
            if name == "slurmdbd":
                self.wait(lambda: self.say("sacctmgr", "-i", "add", "cluster", NAME))
        self.wait(lambda: self.say("sinfo", "-h", "-o", "%D %t").split() == ["2", "idle"])

    def stop(self) -> None:
        for name in reversed(list(self.daemons)):
            self.end(name)
        # Jobs outlive a daemon that was killed under them.
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("SLURM_CLUSTER_NAME") == NAME:
                    process.kill()
        for path in (CONFIGURATION, GPUS, slurm_accounting.CONFIGURATION):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self, name: str) -> None:
        """name: slurmctld, a node, or one of accounting's two, slurmdbd and mariadbd."""
        self.daemons[name] = subprocess.Popen(self.commands[name], **SILENT)

    def end(self, name: str, number: int = signal.SIGTERM) -> None:
        daemon = self.daemons.pop(name)
        daemon.send_signal(number)
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def say(self, *command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True).stdout

    def jobs(self) -> dict[str, str]:
        """The comment of each job that SLURM knows to be pending or running, by its id."""
        return dict(line.split(" ", 1) for line in self.say("squeue", "-h", "-o", "%i %k").splitlines())

    def state(self, job: str) -> str:
        return self.say("squeue", "-h", "-t", "all", "-j", job, "-o", "%T").strip()

    def steps(self, job: str) -> list[str]:
        """The processes by which nodes run the job: a node that is asked to run it twice is drained by SLURM."""
        return self.say("pgrep", "-f", rf"^slurmstepd: \[{job}\.").split()

    def wait(self, ready: Callable[[], object], seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                logs = "\n".join(path.read_text(errors="replace")[-3000:] for path in self.folder.glob("*.log"))
                raise AssertionError(f"it did not happen:\n{self.say('scontrol', 'show', 'job')}\n{logs}")
            time.sleep(0.2)

    def _start_munge(self) -> None:
        """munged, with a key and a socket of its own, as the user that its package made."""
        own = self.folder / "munge"
        own.mkdir(mode=0o700)
        key = own / "key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        for path in (own, key, self.folder):
            give(path, "munge")
        command = [
            DAEMONS["munged"], "--foreground", "--force", f"--key-file={key}", f"--socket={self.folder}/munge.socket",
            f"--pid-file={own}/pid", f"--seed-file={own}/seed", f"--log-file={own}/log",
        ]  # fmt: skip
        self.daemons["munged"] = subprocess.Popen(command, user="munge", group="munge", **SILENT)
        self.wait((self.folder / "munge.socket").exists)


def _configuration(folder: Path) -> str:
    # More cores than there may be, and memory for one training each.
    node = f"NodeHostname={HOST} NodeAddr=127.0.0.1 CPUs=4 RealMemory=7000"
    return f"""{OURS}
ClusterName={NAME}
SlurmctldHost={HOST}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
GresTypes=gpu
ReturnToService=2
KillWait=5
MpiDefault=none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
NodeName=n1 Port=17001 Gres=gpu:2 {node}
NodeName=n2 Port=17002 {node}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
