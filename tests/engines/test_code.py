"""The digest of a stage's code: it follows imports, and no further than they go."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import PROJECT

from smoot.core.errors import ParamsError
from smoot.core.params_file import read_params
from smoot.engines import code


@pytest.fixture(scope="module")
def raw():
    return read_params(PROJECT / "workflow/presets/smoke.yaml")


def files(raw, stage, key=""):
    return {line.split("  ")[1] for line in code.listing(raw, stage, key).splitlines()}


def test_a_method_runs_its_own_file_and_no_other_methods(raw):
    methods = {name for name in files(raw, "train", "smoot") if name.startswith("smoot/methods/")}
    assert {"smoot/methods/smoot.py", "smoot/methods/__init__.py"} <= methods
    assert not {"smoot/methods/sgt.py", "smoot/methods/baseline.py"} & methods


def test_stages_do_not_run_each_others_code(raw):
    assert not {name for name in files(raw, "train", "smoot") if name.startswith(("smoot/scoring", "smoot/report"))}
    assert not {name for name in files(raw, "score", "tiny") if name.startswith(("smoot/training", "smoot/report"))}
    report = files(raw, "report")
    assert "smoot/report/templates/page.html.j2" in report
    others = ("training", "scoring", "data", "datasets", "methods", "metrics", "attributions", "models")
    assert not {name for name in report if name.split("/")[1] in others}


def test_the_command_line_is_no_ones_code(raw):
    for stage, key in (("fetch", "mnist5k"), ("train", "smoot"), ("score", "tiny"), ("report", "")):
        assert not {
            "smoot/cli/app.py",
            "smoot/settings/params.py",
            "smoot/engines/stages.py",
            "smoot/engines/code.py",
        } & files(raw, stage, key)


def test_variants_run_their_components_code(raw):
    variants = raw | {"methods": {"gentle": {"method": "sgt", "k": 0.1}, "sgt": {}}}
    assert code.digest(variants, "train", "gentle") == code.digest(variants, "train", "sgt")


def test_a_panel_runs_the_code_of_its_attributions_and_metrics_only(raw):
    names = files(raw, "score", "tiny")
    assert "smoot/attributions/gradient.py" in names
    assert "smoot/metrics/accuracy_drop.py" in names
    assert "smoot/metrics/road.py" not in names
    assert "smoot/attributions/occlusion.py" not in names


def test_a_data_set_made_of_another_runs_that_ones_code_too(raw):
    canvas = raw | {"datasets": {"shown": {"dataset": "canvas", "base": {"dataset": "mnist5k"}}}}
    assert {"smoot/datasets/canvas.py", "smoot/datasets/mnist5k.py"} <= files(canvas, "fetch", "shown")
    assert "smoot/datasets/canvas.py" not in files(raw, "fetch", "mnist5k")


@pytest.fixture
def copy(tmp_path):
    """The package's source, to be changed."""
    shutil.copytree(PROJECT / "smoot", tmp_path / "smoot", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def digests(folder: Path) -> dict[str, str]:
    """Of the smoke grid's stages, by the package in `folder`, in a process of its own."""
    program = (
        "from pathlib import Path\nfrom smoot.engines import code\nfrom smoot.core.params_file import read_params\n"
        f"raw = read_params(Path({str(PROJECT / 'workflow/presets/smoke.yaml')!r}))\n"
        "for stage, key in (('fetch', 'mnist5k'), ('train', 'smoot'), ('train', 'baseline'), ('score', 'tiny'), "
        "('report', '')): print(stage + key, code.digest(raw, stage, key))\n"
    )
    command = [sys.executable, "-c", program]
    output = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, check=True)
    return dict(line.split() for line in output.stdout.decode().splitlines())


@pytest.mark.parametrize(
    ("edited", "changed"),
    [
        ("methods/smoot.py", {"trainsmoot"}),
        ("methods/sgt.py", set()),
        ("metrics/complexity.py", set()),
        ("metrics/accuracy_drop.py", {"scoretiny"}),
        ("datasets/mnist5k.py", {"fetchmnist5k"}),
        ("report/templates/style.css", {"report"}),
        ("cli.py", set()),
        ("api/training.py", set()),
        ("__init__.py", {"report"}),  # which shows the version
        ("core/memory.py", {"fetchmnist5k", "trainsmoot", "trainbaseline", "scoretiny"}),
        ("core/files.py", {"fetchmnist5k", "trainsmoot", "trainbaseline", "scoretiny", "report"}),
    ],
)
def test_an_edit_changes_the_digests_of_what_runs_it(copy, edited, changed):
    before = digests(copy)
    with (copy / "smoot" / edited).open("a") as file:
        file.write("\n")
    after = digests(copy)
    assert {name for name in before if before[name] != after[name]} == changed


def test_an_import_between_components_is_followed(copy):
    path = copy / "smoot/methods/smoot.py"
    path.write_text(path.read_text() + "\n\ndef helper():\n    from smoot.methods import sgt\n    return sgt\n")
    before = digests(copy)
    with (copy / "smoot/methods/sgt.py").open("a") as file:
        file.write("\n")
    after = digests(copy)
    assert {name for name in before if before[name] != after[name]} == {"trainsmoot"}


def test_a_wrong_component_is_named(raw):
    wrong = raw | {"methods": {"gentle": {"method": "sgd"}}}
    with pytest.raises(ParamsError, match=r"methods\.gentle: method: sgd: no such method; allowed: adversarial, "):
        code.listing(wrong, "train", "gentle")


def test_the_listing_loads_nothing_heavy(tmp_path):
    (tmp_path / "params.yaml").write_text((PROJECT / "params.yaml").read_text())
    program = (
        "import sys; from smoot.cli import app\ntry: app(['code'])\n"
        "except SystemExit as end: assert not end.code\nprint(*sys.modules)"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert not {"torch", "pandas", "scipy", "timm", "matplotlib"} & set(result.stdout.split())
    assert sorted(path.name for path in (tmp_path / "results/code").iterdir()) == ["fetch", "report", "score", "train"]
