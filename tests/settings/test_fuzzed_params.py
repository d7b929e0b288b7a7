"""params.yaml, broken in every way that hypothesis finds: it is taken, or refused in lines that name a key."""

import copy
import gc
import time

import pytest
from builders import PROJECT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smoot.cli.check import plan
from smoot.core.errors import ParamsError
from smoot.core.params_file import read_params
from smoot.engines.stages import STAGES, code_keys, entries
from smoot.settings.validation import validate

FILES = [read_params(PROJECT / "workflow/presets" / f"{name}.yaml") for name in ("smoke", "rivals", "canvas", "full")]
SECONDS = 2

NUMBERS = st.integers() | st.sampled_from([-1, 0, 1, 2, 2**31, 2**63, 2**70]) | st.floats()
SCALARS = (
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20) | st.sampled_from(["sgt", "a.b", "m" * 300, "é", ""])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def places(value, path=()):
    """Where every value of a file stands, the file itself first."""
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


@st.composite
def broken(draw):
    """A complete file, in which up to three values are others, are gone, or have another key."""
    raw = copy.deepcopy(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from([place for place in places(raw) if place]))
        parent = raw
        for key in path:
            parent = parent[key]
        how = draw(st.sampled_from(["value", "value", "remove", "add", "rename"]))
        if how == "remove":
            del parent[last]
        elif how == "value":
            parent[last] = draw(VALUES)
        elif isinstance(parent, list):
            parent.append(draw(VALUES))
        else:
            known = sorted({key for place in places(raw) for key in place if isinstance(key, str)})
            key = draw(st.text(max_size=12) | st.sampled_from(known) | st.integers())
            parent[key] = draw(VALUES) if how == "add" else parent.pop(last)
    return raw


@pytest.fixture(scope="module")
def imported():
    """What validating imports is not timed; nor is a collection of the garbage that other tests have left."""
    for raw in FILES:
        plan(raw, validate(raw))
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@settings(max_examples=2000, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(raw=broken())
def test_a_file_is_taken_or_refused_in_lines_that_name_a_key(imported, raw):
    started = time.process_time()
    try:
        params = validate(raw)
    except ParamsError as error:
        blocks = set(FILES[0]) | set(map(str, raw))
        assert error.lines
        for line in error.lines:
            where = line.removeprefix("params.yaml: ").split(":")[0]
            assert line.startswith("params.yaml: ")
            assert where.split(".")[0] in blocks or where == "the file" or where[0] in "'\"-0123456789", line
            assert "\n" not in line and len(line) < 3000
    else:
        plan(raw, params)
        for stage, key in code_keys(raw):
            assert entries(raw, stage, key) or not STAGES[stage].variable
    assert time.process_time() - started < SECONDS


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(ParamsError, match=r"cannot be read: Is a directory"):
        read_params(tmp_path)
