"""The project's own components: found beside the package's, digested alike, and refused by name where they clash."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from builders import PROJECT

from smoot.core import components

PLAIN = (PROJECT / "smoot/methods/baseline.py").read_text().replace("baseline: ", "mine: ")
METRIC = (PROJECT / "smoot/metrics/sparseness.py").read_text()
DIGESTS = """
import json
from smoot.engines import code
from smoot.core.params_file import read_params
raw = read_params()
raw["methods"]["mine"] = {}
raw["panels"]["tiny"]["metrics"]["mine"] = {}
keys = [("train", "mine"), ("train", "smoot"), ("score", "tiny"), ("report", ""), ("fetch", "mnist5k")]
print(json.dumps({f"{stage}{key}": code.listing(raw, stage, key) for stage, key in keys}))
"""


@pytest.fixture
def folder(tmp_path):
    """A project with a method, a metric and a section of its own, each with a helper."""
    (tmp_path / "params.yaml").write_text((PROJECT / "workflow/presets/smoke.yaml").read_text())
    write(tmp_path, "methods/mine.py", f"{PLAIN}\nfrom smoot.methods._mine import HELP\n")
    write(tmp_path, "methods/_mine.py", "HELP = 1\n")
    write(tmp_path, "metrics/mine.py", METRIC)
    write(
        tmp_path, "sections/mine.py", "from smoot.report.sections import _shared\ndef build(study):\n    return None\n"
    )
    write(tmp_path, "sections/_shared.py", "")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / "components" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def python(folder: Path, program: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def said(folder: Path, program: str) -> str:
    result = python(folder, program)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(folder: Path, kind: str = "methods") -> str:
    program = (
        "import sys\nfrom smoot.core import components\nfrom smoot.core.errors import ParamsError\n"
        f"try: components.names({kind!r})\nexcept ParamsError as error: sys.exit(str(error))"
    )
    result = python(folder, program)
    assert result.returncode == 1
    return result.stderr.strip()


def test_they_are_listed_and_loaded_beside_the_packages(folder):
    program = (
        "from smoot.core import components\nprint(*components.names('methods'))\n"
        "print(components.load('methods', 'mine').__file__)\nprint(components.load('methods', 'sgt').__name__)"
    )
    listed, file, theirs = said(folder, program).splitlines()
    assert set(listed.split()) == {*components.names("methods"), "mine"}
    assert file == str(folder / "components/methods/mine.py")
    assert theirs == "smoot.methods.sgt"


def test_sections_are_built_after_the_packages(folder):
    program = (
        "from smoot.core import components\nimport smoot.report.sections as package\n"
        "print(*(module.__name__ for module in components.load_own('sections')))"
    )
    assert said(folder, program) == "smoot.report.sections.mine\n"


def listings(folder: Path) -> dict[str, str]:
    return json.loads(said(folder, DIGESTS))


@pytest.mark.parametrize(
    ("edited", "changed"),
    [
        ("methods/mine.py", {"trainmine"}),
        ("methods/_mine.py", {"trainmine"}),
        ("metrics/mine.py", {"scoretiny"}),
        ("sections/mine.py", {"report"}),
        ("sections/_shared.py", {"report"}),
    ],
)
def test_an_edit_changes_the_code_of_what_runs_it(folder, edited, changed):
    before = listings(folder)
    with (folder / "components" / edited).open("a") as file:
        file.write("\n# Newer.\n")
    after = listings(folder)
    assert {name for name in before if before[name] != after[name]} == changed
    assert all(f"  components/{edited}\n" in after[name] for name in changed)


def test_a_name_that_the_package_has_is_refused(folder):
    write(folder, "methods/sgt.py", PLAIN)
    assert refused(folder) == "components/methods/sgt.py: smoot.methods has a module of this name; give another"
    (folder / "components/methods/sgt.py").rename(folder / "components/methods/_masked.py")
    assert refused(folder).startswith("components/methods/_masked.py: smoot.methods has a module of this name")


def test_beside_the_package_itself_they_are_refused(folder):
    (folder / "smoot").symlink_to(PROJECT / "smoot")
    assert refused(folder) == ("components/methods: the package is in this folder; the place is smoot/methods")


LACKING = "params.yaml: methods.mine: {module} has no Params, Method; needed: Params, Method"
UNFINISHED = [
    (["check"], '"""mine: unfinished."""\n', LACKING),
    (["check", "code"], "class Params:\n    k = (1\n", "{module}: line 2: '(' was never closed"),
]


@pytest.mark.parametrize(("commands", "text", "line"), UNFINISHED, ids=["lacks a part", "is not Python"])
def test_an_unfinished_one_is_a_line_of_the_check(folder, commands, text, line):
    write(folder, "methods/mine.py", text)
    file = folder / "params.yaml"
    file.write_text(file.read_text().replace("methods:\n", "methods:\n  mine: {}\n", 1))
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    for command in commands:
        arguments = [sys.executable, "-m", "smoot", command]
        result = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True)
        module = folder / "components/methods/mine.py"
        assert (result.returncode, result.stderr.splitlines()) == (2, [line.format(module=module)])
