"""Additions to a YAML file: they are read back, and nothing else is changed."""

import pytest
from builders import PROJECT
from ruamel.yaml import YAML

from smoot.core.yaml_text import with_entry, with_item

TEXT = """\
# What is run.
grid: {methods: [one,
                 two], seeds: []} # all
methods: # each is one
  one: {k: 0.50} # a half

  # The last one.
  two:
    masking:
      fill: "uniform" # quoted

names:
- first # of two
- second
"""


def test_an_entry_comes_last_in_its_block():
    added = with_entry(TEXT, "methods", "mine", "{k: 1}")
    assert added == TEXT.replace("# quoted\n", "# quoted\n  mine: {k: 1}\n")


def test_an_entry_of_a_nested_block_keeps_its_indentation():
    added = with_entry(TEXT, "methods.two.masking", "mine", "1")
    assert added == TEXT.replace("# quoted\n", "# quoted\n      mine: 1\n")


def test_entries_and_items_within_braces():
    assert with_entry(TEXT, "methods.one", "n", "1") == TEXT.replace("{k: 0.50}", "{k: 0.50, n: 1}")
    assert with_item(TEXT, "grid.methods", "mine") == TEXT.replace("two]", "two, mine]")
    assert with_item(TEXT, "grid.seeds", "0") == TEXT.replace("seeds: []", "seeds: [0]")


def test_an_item_of_a_list_of_lines():
    assert with_item(TEXT, "names", "third") == TEXT + "- third\n"
    assert with_item("names:\n  - first", "names", "second") == "names:\n  - first\n  - second"


@pytest.mark.parametrize("block", ["nil", "grid.nil", "methods.two.masking.fill", "methods.one.k"])
def test_what_is_no_block_is_refused(block):
    with pytest.raises(LookupError, match=block):
        with_entry(TEXT, block, "mine", "1")


def test_an_entry_after_a_text_of_lines_and_after_one_without_a_value():
    added = with_entry("methods:\n  one:\n    k: |\n      some\n      text\nrest: 1\n", "methods", "mine", "1")
    assert added == "methods:\n  one:\n    k: |\n      some\n      text\n  mine: 1\nrest: 1\n"
    assert with_entry("methods:\n  one:\nrest: 1\n", "methods", "mine", "1") == "methods:\n  one:\n  mine: 1\nrest: 1\n"


@pytest.mark.parametrize(
    "text", ["rest: &x {k: 1}\nmethods:\n  one: *x\n", "rest:\n  - &x {k: 1}\nmethods:\n  one: *x\n"]
)
def test_an_alias_that_leads_elsewhere_is_refused(text):
    with pytest.raises(LookupError, match="methods"):
        with_entry(text, "methods", "mine", "1")


def test_an_item_after_an_alias_is_refused():
    with pytest.raises(LookupError, match="names"):
        with_item("names:\n  - &x one\n  - *x\n", "names", "two")


@pytest.mark.parametrize("path", sorted((PROJECT / "workflow/presets").glob("*.yaml")), ids=lambda path: path.stem)
def test_in_every_preset_all_lines_stay_but_the_list_that_is_added_to(path):
    text = path.read_text()
    added = with_item(with_entry(text, "methods", "mine", "{weight: 0.5}"), "grid.methods", "mine")
    raw = YAML(typ="safe").load(text)
    raw["methods"]["mine"] = {"weight": 0.5}
    raw["grid"]["methods"].append("mine")
    assert YAML(typ="safe").load(added) == raw
    assert [line for line in text.splitlines() if line not in added.splitlines()] == [
        line for line in text.splitlines() if line.replace("]", ", mine]") in added.splitlines() and "]" in line
    ]  # fmt: skip
