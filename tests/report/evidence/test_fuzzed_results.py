"""Result files, broken in every way that hypothesis finds: a report says which, or shows the right numbers."""

import shutil
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import view

from smoot.artifacts.paths import RESULTS
from smoot.artifacts.scores import read_maps
from smoot.core.errors import SmootError
from smoot.report.evidence.evidence import read_evidence

HOWS = ["truncate", "flip", "swap", "empty", "insert", "remove", "digit"]


@pytest.fixture
def cells(make_grid):
    """A grid, its evidence, and a copy of its files."""
    grid = make_grid([0, 1])
    shutil.copytree(RESULTS, "whole")
    return grid, read_evidence(grid, view(grid))


def damage(path, others, how, where, bit):
    """where: a fraction of the file."""
    content = path.read_bytes()
    place = min(int(where * len(content)), len(content) - 1)
    if how == "truncate":
        path.write_bytes(content[:place])
    elif how == "flip":
        path.write_bytes(content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :])
    elif how == "swap":
        other = others[int(where * (len(others) - 1))]
        path.write_bytes(other.read_bytes())
        other.write_bytes(content)
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "insert":
        path.write_bytes(content[:place] + b"1" + content[place:])
    elif how == "digit":
        places = [at for at, byte in enumerate(content) if 48 <= byte <= 57]
        at = places[int(where * (len(places) - 1))] if places else 0
        path.write_bytes(content[:at] + bytes([48 + (content[at] - 47) % 10]) + content[at + 1 :])
    else:
        path.unlink()


@settings(max_examples=500, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_broken_file_is_named_or_changes_no_number(cells, data):
    grid, whole = cells
    shutil.rmtree(RESULTS)
    shutil.copytree("whole", RESULTS)
    files = sorted(path for path in RESULTS.rglob("*") if path.is_file() and path.suffix != ".safetensors")
    path = data.draw(st.sampled_from(files))
    alike = [other for other in files if other.suffix == path.suffix and other != path]
    damage(path, alike, data.draw(st.sampled_from(HOWS)), data.draw(st.floats(0, 1)), data.draw(st.integers(0, 7)))
    try:
        found = read_evidence(grid, view(grid))
        maps = [read_maps(cell, panel) for cell, panel in found.galleries]
    except SmootError as error:
        assert str(RESULTS) in str(error).splitlines()[0]
        return
    if found.missing:
        assert not path.exists()
        return
    for table in ("results", "curves", "history", "costs"):
        assert getattr(found, table).equals(getattr(whole, table)), (path, table)
    assert len(maps) == len(list(product(grid.cells(), grid.panels)))
    assert all((values == 1).all() for _, by_attribution in maps for values in by_attribution.values())
