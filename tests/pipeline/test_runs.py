"""Both engines for real, on the smoke grid: what runs, what does not, and that they agree to the byte."""

import csv
import io
import shutil

METHODS = ("baseline", "smoot")


def cells(methods=METHODS, seeds=(0,)):
    """The stages that train and score the cells, and the report."""
    runs = [f"mnist5k-test_resnet-{method}-{seed}" for method in methods for seed in seeds]
    return sorted([f"train@{run}" for run in runs] + [f"score@{run}-tiny" for run in runs] + ["report"])


EVERYTHING = sorted(["code", "fetch@mnist5k", *cells()])


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
    for name in ("results.csv", "tables.tex", "metrics.json", "summary.json"):
        assert dvc_built.report(name) == snakemake_built.report(name)


def test_blocks_without_any_key_are_the_defaults_under_both_engines(dvc_project, snakemake_project, monkeypatch):
    """The grid of these tests has the same values, written out, but for how pixels are ranked: the method says that."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    for project in (dvc_project, snakemake_project):
        project.change("masking", {})
        project.change("methods.smoot.masking", {"ranking": "absolute"})
        project.change("compute", {})
        before = project.results()
    assert dvc_project.dvc() == sorted(["code", *cells()])
    assert snakemake_project.snakemake() == cells()
    assert dvc_project.results() == snakemake_project.results()
    weights = [name for name in before if name.endswith(".safetensors")]
    assert len(weights) == len(METHODS)
    assert all(dvc_project.results()[name] == before[name] for name in weights)


def test_a_parameter_of_smoot_reruns_its_cells_and_the_report(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        project.change("methods.smoot.n_max", 0.5)
    assert snakemake_project.snakemake("-n") == cells(["smoot"])
    assert dvc_project.dvc() == sorted(["code", *cells(["smoot"])])


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


def edit(project, path):
    with (project.folder / path).open("a") as code:
        code.write("\n# A comment.\n")


def test_an_edit_of_smoots_code_reruns_its_cells_alone(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        edit(project, "smoot/methods/smoot.py")
    # Its results are the same bytes, so DVC stops after training; Snakemake cannot know before it has run.
    assert snakemake_project.snakemake("-n") == sorted(["code", *cells(["smoot"])])
    ran = dvc_project.dvc()
    assert set(ran) - {"report"} == {"code", "train@mnist5k-test_resnet-smoot-0"}


def test_an_edit_of_what_no_job_runs_reruns_nothing(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        edit(project, "smoot/methods/sgt.py")
        edit(project, "smoot/metrics/road.py")
        edit(project, "smoot/attributions/occlusion.py")
        edit(project, "smoot/cli/app.py")
    assert snakemake_project.snakemake("-n") == []
    assert dvc_project.dvc() == ["code"]


def with_variants(project):
    """Two variants of one method, and a second panel without the first one's metrics."""
    project.change("methods.gentle", {"method": "smoot", "n_max": 0.25})
    project.change("grid.methods", ["baseline", "smoot", "gentle"])
    few = {"images": 16, "gallery": 0, "attributions": {"occlusion": {}}, "metrics": {"complexity": {}}}
    project.change("panels.few", few)
    project.change("grid.panels", ["tiny", "few"])


def scored(method, *panels):
    return [f"score@mnist5k-test_resnet-{method}-0-{panel}" for panel in panels]


def trained(*methods):
    return [f"train@mnist5k-test_resnet-{method}-0" for method in methods]


def test_variants_are_cached_each_by_its_own_block_and_all_by_their_components_code(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        with_variants(project)
    snakemake_project.snakemake()
    first = dvc_project.dvc()
    every_few = [job for method in ("baseline", "smoot", "gentle") for job in scored(method, "few")]
    assert first == sorted(["code", *trained("gentle"), *scored("gentle", "tiny"), *every_few, "report"])

    for project in (dvc_project, snakemake_project):
        project.change("methods.gentle.n_max", 0.5)
    expected = [*trained("gentle"), *scored("gentle", "tiny", "few"), "report"]
    assert snakemake_project.snakemake("-n") == sorted(expected)
    assert set(dvc_project.dvc()) - {"code"} == set(expected)

    for project in (dvc_project, snakemake_project):
        edit(project, "smoot/methods/smoot.py")
    jobs = snakemake_project.snakemake("-n")
    assert [job for job in jobs if job.startswith("train")] == sorted(trained("gentle", "smoot"))
    assert set(dvc_project.dvc()) - {"report"} == {"code", *trained("gentle", "smoot")}

    for project in (dvc_project, snakemake_project):
        edit(project, "smoot/metrics/complexity.py")
    jobs = snakemake_project.snakemake("-n")
    assert not [job for job in jobs if job.endswith("baseline-0-tiny")]
    assert [job for job in jobs if "baseline" in job] == scored("baseline", "few")
    assert set(dvc_project.dvc()) - {"report"} == {"code", *every_few}

    for project in (dvc_project, snakemake_project):
        edit(project, "smoot/attributions/gradient.py")
    assert [job for job in snakemake_project.snakemake("-n") if "baseline" in job] == [
        *scored("baseline", "few"), *scored("baseline", "tiny")
    ]  # fmt: skip
    every_tiny = [job for method in ("baseline", "smoot", "gentle") for job in scored(method, "tiny")]
    assert set(dvc_project.dvc()) - {"report"} == {"code", *every_tiny}


def test_maps_of_the_baseline_and_on_its_model_under_both_engines(dvc_project, snakemake_project):
    """The same bytes; and another baseline, or another model of it, makes all scores outdated."""
    for project in (dvc_project, snakemake_project):
        project.change("panels.tiny.attributions.theirs", {"attribution": "gradient", "of": "baseline"})
        project.change("panels.tiny.attributions.there", {"attribution": "gradient", "on": "baseline"})
        project.change("panels.tiny.by_seed", True)
    every_score = ["report", *scored("baseline", "tiny"), *scored("smoot", "tiny")]
    assert set(snakemake_project.snakemake()) - {"code"} == {*every_score}
    assert set(dvc_project.dvc()) - {"code"} == {*every_score}
    ours, theirs = dvc_project.results(), snakemake_project.results()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    own, borrowed = (
        [row for row in csv.DictReader(io.StringIO(dvc_project.report("results.csv"))) if row["attribution"] == name]
        for name in ("gradient", "theirs")
    )
    assert len(own) == len(borrowed) > 0
    other = snakemake_project.folder / "other.yaml"
    shutil.copy(snakemake_project.folder / "params.yaml", other)
    assert snakemake_project.snakemake("-n", "--configfile", "other.yaml") == [], "`on` is a key, and no truth"

    for project in (dvc_project, snakemake_project):
        project.change("report.baseline", "smoot")
    assert snakemake_project.snakemake("-n") == every_score
    assert dvc_project.dvc() == every_score
    for project in (dvc_project, snakemake_project):
        project.change("methods.smoot.n_max", 0.5)
    assert snakemake_project.snakemake("-n") == [*every_score, *trained("smoot")]
    assert set(dvc_project.dvc()) - {"code"} == {*every_score, *trained("smoot")}


def test_an_experiment_changes_a_parameter_or_the_grid(dvc_project):
    """On the command line, as DVC's users do."""
    dvc_project.run("git", "add", "-A")
    dvc_project.run("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "all")
    output = dvc_project.run("dvc", "exp", "run", "-S", "methods.smoot.tau=0.2")
    assert "Running stage 'train@mnist5k-test_resnet-smoot-0'" in output
    assert "Running stage 'train@mnist5k-test_resnet-baseline-0'" not in output
    assert dvc_project.params["methods"]["smoot"]["tau"] == 0.2
    output = dvc_project.run("dvc", "exp", "run", "-S", "grid.seeds=[0,1]")
    assert "Running stage 'train@mnist5k-test_resnet-baseline-1'" in output
    assert "Running stage 'train@mnist5k-test_resnet-baseline-0'" not in output
    assert seeds_reported(dvc_project) == {"0", "1"}


def test_snakemake_takes_another_file_in_the_place_of_params_yaml(snakemake_project):
    """With the same checks; and a file of the same content is no other."""
    project = snakemake_project
    other = project.folder / "other.yaml"
    shutil.copy(project.folder / "params.yaml", other)
    (project.folder / "params.yaml").write_text("nonsense: 1\n")
    assert project.snakemake("-n", "--configfile", "other.yaml") == []
    other.write_text(other.read_text().replace("n_max: 0.85", "n_max: 0.5"))
    assert project.snakemake("--configfile", "other.yaml") == cells(["smoot"])
    assert "n_max: 0.5" in project.report("index.html")
    other.write_text(other.read_text().replace("epochs: 1", "epochs: 0"))
    output = project.run("snakemake", "-n", "--configfile", "other.yaml", check=False)
    assert "other.yaml: training.epochs: 0: should be greater than or equal to 1" in output


def test_snakemake_refuses_config_that_it_would_not_heed(snakemake_project):
    output = snakemake_project.run("snakemake", "-n", "--config", "tau=0.2", check=False)
    assert "--config tau: " in output
    assert "--configfile" in output


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
