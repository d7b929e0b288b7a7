"""The smoke grid on a real SLURM, and what its jobs ask for."""

import pytest
from slurm_run import profile


def test_the_smoke_grid_on_slurm_gives_the_local_runs_bytes(slurm, checkout, snakemake_built, a_copy):
    project = a_copy(checkout, "slurm")
    jobs = project.snakemake(*profile(slurm))
    assert jobs == snakemake_built.built
    ended = (slurm.folder / "slurmctld.log").read_text()
    assert ended.count("_job_complete: JobId=") >= len(jobs) - 1, "jobs ran elsewhere than in SLURM"
    ours, theirs = project.results(), snakemake_built.results()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert project.report("results.csv") == snakemake_built.report("results.csv")


def asked(project, *arguments: str) -> dict[str, list[str]]:
    """What the jobs of each rule ask for, by a dry run."""
    resources: dict[str, list[str]] = {}
    for line in project.run("snakemake", "-n", *arguments).splitlines():
        if line.startswith("rule "):
            rule = line.split()[1].rstrip(":")
        elif line.strip().startswith("resources:"):
            resources[rule] = [item.rstrip(",") for item in line.split()[1:]]
    return resources


def test_one_value_on_the_command_line_leaves_all_others(checkout, a_copy):
    project = a_copy(checkout, "asked")
    path = project.folder / "workflow/cluster.yaml"
    path.write_text(path.read_text().replace("  # gpu: 1", "  gpu: 1"))
    for name in ("slurm", "slurm_no_accounting"):
        arguments = ["--workflow-profile", f"workflow/profiles/{name}", "--set-resources", "train:runtime=600"]
        found = asked(project, *arguments)
        assert {"gpu=1", "runtime=600", "mem_mb=6000"} <= {*found["train"]}
        assert {"gpu=1", "runtime=120", "mem_mb=6000"} <= {*found["score"]}
        assert {"runtime=30", "mem_mb=4000"} <= {*found["fetch"]}


def test_an_attempt_more_asks_for_more(checkout):
    slurm = ("--workflow-profile", "workflow/profiles/slurm")
    found = asked(checkout, *slurm, "--attempt", "3")
    assert {"runtime=480", "mem_mb=12000"} <= {*found["score"]}
    found = asked(checkout, *slurm, "--attempt", "9")
    assert {"runtime=240", "mem_mb=12000"} <= {*found["train"]}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "trian: {mem_mb: 1}",
            "workflow/cluster.yaml: trian: no such stage; allowed: fetch, train, score, report",
        ),
        ("train: 6000", "workflow/cluster.yaml: train: 6000: resources by name are allowed"),
        ("train: {runtime: []}", "workflow/cluster.yaml: train.runtime: []: a number, a text or a list"),
    ],
)
def test_a_wrong_line_of_what_jobs_ask_for_is_named(checkout, a_copy, written, said):
    project = a_copy(checkout, "asked")
    (project.folder / "workflow/cluster.yaml").write_text(written)
    assert said in project.run("snakemake", "-n", check=False)
