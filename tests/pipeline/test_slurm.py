"""The smoke grid on a real SLURM: one node on the loopback address, started here and ended here."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

DAEMONS = {
    name: shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin") for name in ("munged", "slurmctld", "slurmd")
}
# Where SLURM's programs look, within jobs too.
CONFIGURATION = Path("/etc/slurm/slurm.conf")
OURS = "# Written by the tests of smoot."

pytestmark = [
    pytest.mark.skipif(None in DAEMONS.values(), reason="SLURM and munge are not installed (slurm-wlm, munge)"),
    pytest.mark.skipif(os.geteuid() != 0, reason="starting SLURM's daemons needs root"),
]


@pytest.fixture(scope="module")
def slurm():
    """A cluster of one node with all of this machine's cores; its configuration file is the only one it touches."""
    if subprocess.run(["pgrep", "-x", "slurmctld|slurmd"], capture_output=True).stdout:
        pytest.skip("another SLURM is running on this machine")
    if CONFIGURATION.exists() and not CONFIGURATION.read_text().startswith(OURS):
        pytest.skip(f"this machine has a SLURM of its own: {CONFIGURATION}")
    # Not in pytest's own folder, which only its owner may enter: munged runs as a user of its own.
    folder = Path(tempfile.mkdtemp(prefix="smoot-slurm-"))
    folder.chmod(0o755)
    host = socket.gethostname().split(".")[0]
    cores = os.cpu_count()
    CONFIGURATION.parent.mkdir(parents=True, exist_ok=True)
    CONFIGURATION.write_text(
        f"""{OURS}
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=14000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
    )
    daemons = []
    try:
        start_munge(folder, daemons)
        for name in ("slurmctld", "slurmd"):
            daemons.append(
                subprocess.Popen([DAEMONS[name], "-D"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
        wait_until(lambda: " idle" in subprocess.run(["sinfo", "-h"], capture_output=True, text=True).stdout, folder)
        yield folder
    finally:
        for daemon in reversed(daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
        CONFIGURATION.unlink()
        shutil.rmtree(folder, ignore_errors=True)


def start_munge(folder: Path, daemons: list) -> None:
    """munged, with a key and a socket of its own, as the user that its package made."""
    own = folder / "munge"
    own.mkdir(mode=0o700)
    key = own / "key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    user = pwd.getpwnam("munge")
    for path in (own, key):
        os.chown(path, user.pw_uid, user.pw_gid)
    os.chown(folder, user.pw_uid, user.pw_gid)
    command = [
        DAEMONS["munged"], "--foreground", "--force", f"--key-file={key}", f"--socket={folder}/munge.socket",
        f"--pid-file={own}/pid", f"--seed-file={own}/seed", f"--log-file={own}/log",
    ]  # fmt: skip
    daemons.append(
        subprocess.Popen(command, user="munge", group="munge", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    )
    wait_until((folder / "munge.socket").exists, folder)


def wait_until(ready, folder: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in folder.glob("*.log"))
            raise AssertionError(f"SLURM did not start:\n{logs}")
        time.sleep(0.5)


def test_the_smoke_grid_on_slurm_gives_the_local_runs_bytes(slurm, checkout, snakemake_built, a_copy):
    project = a_copy(checkout, "slurm")
    jobs = project.snakemake("--workflow-profile", "workflow/profiles/slurm", "--verbose")
    assert jobs == snakemake_built.built
    ended = (slurm / "slurmctld.log").read_text()
    assert ended.count("_job_complete: JobId=") >= len(jobs), "jobs ran elsewhere than in SLURM"
    ours, theirs = project.results(), snakemake_built.results()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert project.report("results.csv") == snakemake_built.report("results.csv")


def test_the_profile_asks_for_resources_by_rule(checkout):
    """What a rule asks for can be changed in the profile or on the command line, and arrives in the job."""
    output = checkout.run(
        "snakemake", "-n", "--workflow-profile", "workflow/profiles/slurm",
        "--set-resources", "train:gpu=1", "train:runtime=99",
    )  # fmt: skip
    train = [line for line in output.splitlines() if "resources:" in line and "gpu=1" in line]
    assert len(train) == 2
    assert all("runtime=99" in line and "mem_mb=6000" in line and "slurm_partition=main" in line for line in train)
