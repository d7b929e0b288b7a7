"""What is read of the cells: by groups, and reduced at once, it is what all records together say."""

import math
import weakref

import numpy as np
import pandas as pd
import pytest
from made_up import rewrite, view, with_validation

from smoot.artifacts.paths import GridCell
from smoot.artifacts.performance import performance
from smoot.artifacts.run import read_history, read_run, write_history
from smoot.artifacts.scores import read_scores
from smoot.report.evidence import records
from smoot.report.evidence.evidence import read_evidence


@pytest.fixture
def with_holes(make_grid):
    """Two data sets and panels, scores that differ by cell, a run and three scores missing."""
    grid = with_validation(make_grid([2, 0, 1], datasets=("toy", "toy_two")))
    rng = np.random.default_rng(0)
    for cell in grid.cells():
        changed = {name: tuple(rng.random(4).tolist()) for name in ("sparseness", "shortcut_reliance")}
        predictions = tuple(rng.integers(0, 2, 4).tolist())
        rewrite(
            cell,
            lambda score, changed=changed: score.model_copy(update={"values": changed.get(score.metric, score.values)}),
            predictions=predictions,
        )
    GridCell("toy", "net", "baseline", 2).run_record.unlink()
    GridCell("toy", "net", "sgt", 0).scores("quick").unlink()
    GridCell("toy", "net", "sgt", 1).maps("choice").unlink()
    GridCell("toy_two", "net", "untrained", 1).scores("quick").unlink()
    return grid


def there(cell, panel=None):
    run = all(path.exists() for path in (cell.run_record, cell.history, cell.cost))
    return run and (panel is None or (cell.scores(panel).exists() and cell.maps(panel).exists()))


def test_what_is_read_by_groups_is_what_all_records_together_say(with_holes):
    grid = with_holes
    runs = {cell: read_run(cell) for cell in grid.cells() if there(cell)}
    panels = {
        (cell, panel): read_scores(cell, panel) for cell in grid.cells() for panel in grid.panels if there(cell, panel)
    }
    expected, points = [], []
    for cell, run in runs.items():
        names = [*performance("test"), *performance("val")]
        expected += [(*key(cell), "", name, run.metrics[name]) for name in names]
    for (cell, panel), record in panels.items():
        alike = [
            other.correct
            for (of, name), other in panels.items()
            if name == panel and (of.dataset, of.seed) == (cell.dataset, cell.seed) and of.method != "untrained"
        ]
        counts = np.all(alike, axis=0) if alike else np.ones(4, bool)
        for score in record.results:
            named = {score.metric: score.values}
            named |= {f"{score.metric}_{name}": values for name, values in score.summaries.items()}
            for name, values in named.items():
                counted = counts | (not score.info.correct_only)
                taken = [value for value, own in zip(values, counted, strict=True) if own and value is not None]
                mean = math.fsum(taken) / len(taken) if taken else math.nan
                expected.append((*key(cell), score.attribution, name, mean))
            points += [
                (*key(cell), score.metric, line, x, y)
                for line, curve in score.curves.items()
                for x, y in zip(curve.x, np.mean(curve.values, axis=0), strict=True)
            ]
    evidence = read_evidence(grid, view(grid))
    found = evidence.results[evidence.results["status"] != "not run"]
    columns = ["dataset", "model", "method", "seed", "attribution", "metric", "value"]
    assert_same(found[columns], expected)
    columns = ["dataset", "model", "method", "seed", "metric", "line", "x", "y"]
    assert_same(evidence.curves[columns], points)
    assert set(evidence.results[evidence.results["status"] == "not run"]["reason"]) == {
        f"{path}: not there" for path in evidence.missing
    }
    assert list(evidence.galleries) == list(panels)
    assert list(evidence.methods) == ["baseline", "sgt", "untrained"]
    assert evidence.methods["baseline"] == runs[GridCell("toy", "net", "baseline", 0)]
    assert [*evidence.costs[["dataset", "model", "method", "seed"]].itertuples(index=False, name=None)] == [
        *map(key, runs)
    ]
    histories = [read_history(cell, run).assign(**cell.coordinates) for cell, run in runs.items() if run.trained]
    pd.testing.assert_frame_equal(evidence.history, pd.concat(histories, ignore_index=True))


def key(cell):
    return cell.dataset, cell.model, cell.method, cell.seed


def assert_same(frame, rows):
    """All columns but the last as they are, the last but for rounding."""
    assert [tuple(row[:-1]) for row in frame.itertuples(index=False, name=None)] == [row[:-1] for row in rows]
    np.testing.assert_allclose(frame.iloc[:, -1], [row[-1] for row in rows], rtol=1e-12)


def test_no_record_of_scores_is_held_when_the_next_is_read(grid, monkeypatch):
    read, alive = [], []

    def watched(*arguments):
        alive.append(sum(reference() is not None for reference in read))
        record = read_scores(*arguments)
        read.append(weakref.ref(record))
        return record

    monkeypatch.setattr(records, "read_scores", watched)
    evidence = read_evidence(grid, view(grid))
    assert len(evidence.galleries) == len(read) == len(grid.cells())
    assert max(alive) <= 1
    assert not any(reference() for reference in read)


def test_maps_are_not_read(grid):
    for cell in grid.cells():
        cell.maps("quick").write_bytes(b"no archive")
    assert set(read_evidence(grid, view(grid)).galleries.values()) == {("gradient", "random")}


def test_histories_with_other_columns_keep_the_order_of_the_runs(grid):
    evidence = read_evidence(grid, view(grid))
    assert evidence.history["method"].tolist() == ["baseline"] * 6 + ["sgt"] * 6
    assert evidence.history["epoch"].tolist() == [1, 2] * 6
    cell = GridCell("toy", "net", "baseline", 1)
    digest = write_history(cell, [{"epoch": 1, "other": 0.25}])
    record = read_run(cell).model_copy(update={"history_sha256": digest})
    record.write(cell.run_record)
    rows = read_evidence(grid, view(grid)).history
    assert rows["seed"].tolist() == [0, 0, 1, 2, 2, 0, 0, 1, 1, 2, 2]
    assert rows["other"].dropna().tolist() == [0.25]
    assert list(rows.index) == list(range(11))


def test_scores_of_other_weights_than_the_runs_are_outdated(make_grid):
    grid = make_grid([0, 1])
    cell = GridCell("toy", "net", "sgt", 1)
    before = set(read_evidence(grid, view(grid)).outdated)
    rewrite(cell, lambda score: score, weights_sha256="of another run")
    assert set(read_evidence(grid, view(grid)).outdated) - before == {f"{cell}/quick"}
