"""A report's folder as evidence: read back as it was written."""

import pytest
from made_up import view
from same_evidence import same

from smoot.artifacts.paths import GridCell, ReportFolder
from smoot.core.errors import SmootError
from smoot.report.evidence import published
from smoot.report.evidence.evidence import read_evidence

FOLDER = ReportFolder("toy")


@pytest.fixture
def written(grid):
    params = view(grid)
    evidence = read_evidence(grid, params)
    published.write_published(FOLDER.path, evidence, params)
    return evidence, params


def test_what_is_read_is_what_was_written(written):
    evidence, params = published.read_published(FOLDER.results)
    same(evidence, written[0])
    assert params == written[1]
    assert evidence.galleries == {}
    same(published.read_published(FOLDER.path)[0], evidence)


def test_holes_and_untrained_grids_come_back(make_grid):
    grid = make_grid([0, 1])
    GridCell("toy", "net", "sgt", 1).run_record.unlink()
    GridCell("toy", "net", "baseline", 1).scores("quick").unlink()
    only_null = grid.model_copy(update={"methods": ["untrained"]})
    for part in (grid, only_null):
        evidence = read_evidence(part, view(part))
        published.write_published(FOLDER.path, evidence, view(part))
        same(published.read_published(FOLDER.path)[0], evidence)


def test_the_same_evidence_gives_the_same_bytes(written):
    files = sorted(path for path in FOLDER.path.rglob("*") if path.is_file())
    before = [path.read_bytes() for path in files]
    evidence, params = published.read_published(FOLDER.path)
    published.write_published(FOLDER.path, evidence, params)
    assert [path.read_bytes() for path in files] == before
    assert [path.relative_to(FOLDER.path).as_posix() for path in files] == [
        "params.yaml", "records/costs.csv", "records/curves.csv", "records/descriptions.json", "records/history.csv",
        "results.csv",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("results.csv", None, "not there"),
        ("results.csv", "a,b\n1,2\n", "has the columns a, b; allowed: dataset, "),
        ("results.csv", "", "no CSV file"),
        ("results.csv", b"\xff\xfe", "no text"),
        ("params.yaml", None, "not there"),
        ("params.yaml", "a: [", "not valid YAML"),
        ("params.yaml", "epochs: 3\n", "not the parameters of a report: no block grid, compute"),
        ("records/descriptions.json", "{}", "of another version of smoot"),
        ("records/descriptions.json", None, "not there"),
        ("records/curves.csv", "x\n", "has the columns x; allowed"),
        ("records/history.csv", "epoch,loss\n1,2\n", "damaged (no column dataset, model, method, seed)"),
        ("records/costs.csv", None, "not there"),
    ],
)
def test_a_missing_foreign_or_damaged_file_is_named_in_one_line(written, file, content, said):
    path = FOLDER.path / file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SmootError) as error:
        published.read_published(FOLDER.path)
    assert str(path) in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("file", ["results.csv", "records/curves.csv", "records/costs.csv", "records/history.csv"])
def test_a_number_that_is_none_is_found(written, file):
    path = FOLDER.path / file
    path.write_text(path.read_text().replace("0,", "zero,"))
    with pytest.raises(SmootError, match=f"{path}: damaged"):
        published.read_published(FOLDER.path)
