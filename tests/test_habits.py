"""What the files around the code say of each other: one version, one set of linters."""

import re

from builders import PROJECT
from ruamel.yaml import YAML

from smoot import __version__


def yaml(name):
    return YAML(typ="safe").load(PROJECT / name)


def test_changelog_and_citation_are_of_this_version():
    released = re.findall(r"^## \[(\d.*)\] - (\d{4}-\d\d-\d\d)$", (PROJECT / "CHANGELOG.md").read_text(), re.M)
    citation = yaml("CITATION.cff")
    assert released[0] == (__version__, citation["date-released"])
    assert citation["version"] == __version__
    assert released == sorted(released, key=lambda one: one[1], reverse=True)


def test_before_a_commit_the_linters_of_make_lint_run():
    lint = (PROJECT / "Makefile").read_text().split("\nlint:")[1].split("\n\n")[0]
    (repository,) = yaml(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        command = hook["entry"].removeprefix(".venv/bin/").removesuffix(" --force-exclude")
        assert f"\t{command}" in lint, hook["id"]
        assert hook["language"] == "system"
