"""Both engines for real, on the smoke grid: what runs, what does not, and that they agree to the byte."""

import csv
import io
import shutil

METHODS = ("baseline", "smoot")


def cells(methods=METHODS, seeds=(0,)):
    """The stages that train and score the cells, and the report."""
    runs = [f"mnist5k-test_resnet-{method}-{seed}" for method in methods for seed in seeds]
    return sorted([f"train@{run}" for run in runs] + [f"score@{run}-tiny" for run in runs] + ["report"])


EVERYTHING = sorted(["fetch@mnist5k", *cells()])


def seeds_reported(project):
    return {row["seed"] for row in csv.DictReader(io.StringIO(project.report("results.csv")))}


def test_each_engine_builds_everything_once(dvc_built, snakemake_built):
    assert dvc_built.built == EVERYTHING
    assert snakemake_built.built == EVERYTHING
    print(f"dvc repro: {dvc_built.seconds:.0f} s, snakemake: {snakemake_built.seconds:.0f} s")


def test_a_second_run_executes_nothing(dvc_project, snakemake_project):
    assert dvc_project.dvc() == []
    assert snakemake_project.snakemake() == []


def test_a_report_without_its_results_is_built_anew(snakemake_project):
    """As on a fresh clone, where reports are under version control and results are not."""
    shutil.rmtree(snakemake_project.folder / "results")
    assert snakemake_project.snakemake("-n") == EVERYTHING


def test_both_engines_write_the_same_bytes(dvc_built, snakemake_built):
    ours, theirs = dvc_built.results(), snakemake_built.results()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    for name in ("results.csv", "tables.tex"):
        assert dvc_built.report(name) == snakemake_built.report(name)


def test_a_parameter_of_smoot_reruns_its_cells_and_the_report(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        project.change("methods.smoot.n_max", 0.5)
    assert snakemake_project.snakemake("-n") == cells(["smoot"])
    assert dvc_project.dvc() == cells(["smoot"])


def test_a_seed_more_runs_its_cells_and_a_seed_less_leaves_the_report(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        project.change("grid.seeds", [0, 1])
    assert snakemake_project.snakemake("-n") == cells(seeds=[1])
    assert dvc_project.dvc() == cells(seeds=[1])
    assert seeds_reported(dvc_project) == {"0", "1"}
    dvc_project.change("grid.seeds", [0])
    assert dvc_project.dvc() == ["report"]
    assert seeds_reported(dvc_project) == {"0"}
    assert (dvc_project.folder / "results/runs/mnist5k/test_resnet/smoot/seed1/run.json").exists()


def test_a_report_option_reruns_the_report_alone(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        project.change("report.title", "Another title")
    assert dvc_project.dvc() == ["report"]
    assert snakemake_project.snakemake() == ["report"]
    for project in (dvc_project, snakemake_project):
        assert "<h1>Another title</h1>" in project.report("index.html")


def test_an_edit_of_smoots_code_reruns_its_cells_alone(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        with (project.folder / "smoot/methods/smoot.py").open("a") as code:
            code.write("\n# A comment.\n")
    # Its results are the same bytes, so DVC stops after training; Snakemake cannot know before it has run.
    assert snakemake_project.snakemake("-n") == cells(["smoot"])
    ran = dvc_project.dvc()
    assert set(ran) - {"report"} == {"train@mnist5k-test_resnet-smoot-0"}


def test_dvc_adopts_what_snakemake_built(snakemake_project):
    assert snakemake_project.snakemake("-n") == []
    snakemake_project.run("dvc", "commit", "-f")
    assert snakemake_project.dvc() == []


def test_snakemake_adopts_what_dvc_built_and_then_sees_changes(dvc_project):
    dvc_project.run("snakemake", "--touch", "--forceall")
    assert dvc_project.snakemake("-n") == []
    dvc_project.change("methods.smoot.n_max", 0.5)
    assert dvc_project.snakemake("-n") == cells(["smoot"])


def test_wrong_params_stop_both_engines_before_any_work(checkout, a_copy):
    project = a_copy(checkout, "wrong")
    project.change("training.epochs", 0)
    said = "params.yaml: training.epochs: 0: should be greater than or equal to 1"
    for command in (["dvc", "repro"], ["snakemake"]):
        output = project.run(*command, check=False)
        assert said in output
        assert "Traceback" not in output
    assert not (project.folder / "results/data").exists()
