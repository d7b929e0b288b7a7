"""Profiles for batch systems and for several GPUs. The batch systems are doubles: they run on this machine.

HTCondor and LSF themselves, and Grid Engine's and PBS's own queues, cannot be had here.
"""

import importlib.util
import json
import os
import subprocess
import sys
import time
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from builders import PROJECT
from ruamel.yaml import YAML

from benchmarks.orchestration import INSTANT

PROFILES = sorted(path.parent.name for path in (PROJECT / "workflow/profiles").glob("*/config.yaml"))
READ = YAML(typ="safe")

# Submits in the background; all that it was told stands in submitted.txt.
QSUB = """#!/bin/sh
echo "$@" >> submitted.txt
for script; do :; done
sh "$script" > /dev/null 2>&1 &
echo 4711
"""
LSF = {
    "bsub": """#!/bin/sh
echo "$@" >> submitted.txt
for job; do :; done
( sh -c "$job" > /dev/null 2>&1 && echo DONE > state.txt || echo EXIT > state.txt ) &
echo RUN > state.txt
echo "Job <4711> is submitted to queue <normal>."
""",
    "bjobs": '#!/bin/sh\necho 4711 "$(cat state.txt)"\n',
    "badmin": '#!/bin/sh\necho MBD\necho "LSB_SHAREDIR = $PWD"\necho "LSF_CONFDIR = $PWD"\n',
    "lsclusters": "#!/bin/sh\necho CLUSTER_NAME\necho double ok\n",
}
# A training or a scoring that says which GPU it had, and when.
ON_A_GPU = """#!{python}
import json, os, subprocess, sys, time
from smoot.engines.gpus import claim
if sys.argv[1] in ("train", "score"):
    claim(1)
    began = time.time()
    time.sleep(1)
    with open("gpus.jsonl", "a") as file:
        print(json.dumps([os.environ["CUDA_VISIBLE_DEVICES"], began, time.time()]), file=file)
os.execv("bin/instant", ["smoot", *sys.argv[1:]])
"""


def needs(profile: str) -> None:
    """Skips the test where the profile's executor is not installed."""
    executor = READ.load(PROJECT / f"workflow/profiles/{profile}/config.yaml").get("executor", "local")
    module = f"snakemake_executor_plugin_{executor.replace('-', '_')}"
    if executor != "local" and importlib.util.find_spec(module) is None:
        pytest.skip(f"the executor is not installed: pip install 'smoot[{executor}]'")


@pytest.fixture
def project(checkout, a_copy):
    project = a_copy(checkout, "project")
    (project.folder / "bin").mkdir()
    path = f"{project.folder}/bin{os.pathsep}{project.environment()['PATH']}"
    environment = project.environment() | {"PATH": path}
    project.environment = lambda: environment
    return project


def put(project, name: str, text: str) -> None:
    program = project.folder / "bin" / name
    program.write_text(text)
    program.chmod(0o755)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_dry_run_knows_every_key_of_a_profile(checkout, profile):
    needs(profile)
    jobs = checkout.snakemake("-n", "--workflow-profile", f"workflow/profiles/{profile}")
    assert {job.partition("@")[0] for job in jobs} == {"code", "fetch", "train", "score", "report"}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_executor_of_a_profile_is_installed_with_the_package_or_an_extra(profile):
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    executor = READ.load(PROJECT / f"workflow/profiles/{profile}/config.yaml").get("executor", "local")
    known = [*project["dependencies"], *project["optional-dependencies"].get(executor, [])]
    assert executor == "local" or any(line.startswith(f"snakemake-executor-plugin-{executor}>=") for line in known)


def test_grid_engine_gets_time_memory_and_slots(project):
    needs("cluster_generic")
    put(project, "qsub", QSUB)
    project.change("compute.threads", 2)
    profile = ("--workflow-profile", "workflow/profiles/cluster_generic", "--latency-wait", "5")
    assert project.snakemake(*profile, "--until", "fetch") == ["fetch@mnist5k"]
    assert (project.folder / "results/data/mnist5k/dataset.json").exists()
    submitted = (project.folder / "submitted.txt").read_text()
    assert "-N smoot_fetch_" in submitted
    assert "-pe smp 1 -l h_rt=1800 -l h_vmem=4000M" in submitted


def test_lsf_gets_time_memory_and_queue(project):
    needs("lsf")
    for name, text in LSF.items():
        put(project, name, text)
    parameters = project.folder / "lsbatch/double/configdir/lsb.params"
    parameters.parent.mkdir(parents=True)
    parameters.write_text("DEFAULT_QUEUE = normal\n")
    profile = ("--workflow-profile", "workflow/profiles/lsf", "--latency-wait", "5")
    assert project.snakemake(*profile, "--until", "fetch") == ["fetch@mnist5k"]
    assert (project.folder / "results/data/mnist5k/dataset.json").exists()
    submitted = (project.folder / "submitted.txt").read_text()
    assert "-P default -q normal -W 30 -n 1 -R rusage[mem=4000" in submitted


def test_each_job_of_this_machine_has_a_gpu_of_its_own(project):
    put(project, "instant", INSTANT)
    put(project, "smoot", ON_A_GPU.format(python=sys.executable))
    project.environment()["PYTHON"] = sys.executable
    project.environment()["CUDA_VISIBLE_DEVICES"] = "5,7,9"
    project.change("grid.seeds", [0, 1])
    project.snakemake("--workflow-profile", "workflow/profiles/local_gpus", "--resources", "gpu=2", "--cores", "4")
    runs = [json.loads(line) for line in (project.folder / "gpus.jsonl").read_text().splitlines()]
    assert len(runs) == 8
    assert {device for device, _, _ in runs} == {"5", "7"}
    for device in ("5", "7"):
        own = sorted((began, ended) for used, began, ended in runs if used == device)
        assert all(ended <= began for (_, ended), (began, _) in pairwise(own))


CLAIM = """
import os
from smoot.engines.gpus import claim
claim({count})
print(os.environ["CUDA_VISIBLE_DEVICES"], flush=True)
input()
"""


def claiming(devices: str, count: int, folder: Path) -> subprocess.Popen:
    environment = os.environ | {"SMOOT_GPUS": devices, "TMPDIR": str(folder), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", CLAIM.format(count=count)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, text=True, **pipes)


def test_a_command_waits_for_all_of_its_gpus_and_a_killed_one_gives_its_back(tmp_path):
    one, pair = claiming("0,1", 1, tmp_path), None
    try:
        assert one.stdout.readline() == "0\n"
        pair = claiming("0,1", 2, tmp_path)
        assert pair.stderr.readline() == "waiting for 2 of the GPUs 0, 1: other commands have them\n"
        other = claiming("0,1", 1, tmp_path)
        assert other.stdout.readline() == "1\n"
        other.communicate("\n")
        time.sleep(1.5)
        assert pair.poll() is None
        one.kill()
        assert pair.stdout.readline() == "0,1\n"
        pair.communicate("\n")
    finally:
        for process in filter(None, (one, pair)):
            process.kill()
            process.wait()


@pytest.mark.parametrize(("devices", "count"), [("0", 2), ("0,0", 1), ("", 1)])
def test_too_few_gpus_are_an_error_and_not_a_wait(tmp_path, devices, count):
    process = claiming(devices, count, tmp_path)
    _, errors = process.communicate("\n")
    assert process.returncode
    assert f"SMOOT_GPUS: {devices}: should name {count} or more different devices" in errors
