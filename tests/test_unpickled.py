"""Nothing that is read can run code: the package unpickles nothing, and evaluates no text."""

import ast

import pytest
from builders import PROJECT

MODULES = sorted((PROJECT / "smoot").rglob("*.py"))
FORBIDDEN = {"eval", "exec", "pickle.load", "pickle.loads", "joblib.load", "yaml.load", "pandas.read_pickle"}


def dangers(source):
    """What a module calls that could run what it reads."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name, options = ast.unparse(node.func), {word.arg: ast.unparse(word.value) for word in node.keywords}
        if name in FORBIDDEN or name.endswith((".read_pickle", ".Unpickler")):
            yield name
        if name == "torch.load" and options.get("weights_only") != "True":
            yield "torch.load without weights_only"
        if options.get("allow_pickle", "False") != "False":
            yield f"{name} with allow_pickle"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_a_module_unpickles_nothing(path):
    assert list(dangers(path.read_text(encoding="utf-8"))) == []


SOURCES = [
    "",
    "torch.load(f)",
    "torch.load(f, weights_only=False)",
    "np.load(f, allow_pickle=True)",
    "pickle.load(f)",
    "eval(s)",
    "",
][1:-1]


@pytest.mark.parametrize("source", SOURCES)
def test_what_could_run_code_is_found(source):
    assert len(list(dangers(source))) == 1


def test_what_cannot_is_not():
    assert list(dangers("torch.load(f, weights_only=True); np.load(f); model.eval()")) == []
