"""Reports of parts of a grid, merged: the report of the whole."""

from dataclasses import replace

import pytest
from command_line import smoot
from made_up import METHODS, rewrite, usual_scores, value_of, view, write_panel, write_run
from same_evidence import same

from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import GridCell, ReportFolder
from smoot.core.errors import SmootError
from smoot.report import stage
from smoot.report.evidence import merging, published
from smoot.report.evidence.evidence import read_evidence


def part(grid, name, change=lambda params: None, **axes):
    """The report of a part of the grid."""
    small = grid.model_copy(update=axes)
    params = view(small, name=name)
    change(params)
    published.write_published(ReportFolder(name).path, read_evidence(small, params), params)
    return merging.read_source(ReportFolder(name).path)


@pytest.fixture
def whole(make_grid):
    return make_grid([0, 1, 2, 3], ("toy", "other"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"seeds": [0, 1]}, {"seeds": [2, 3]}),
        ({"seeds": [0, 1, 2]}, {"seeds": [1, 2, 3]}),
        ({"datasets": ["toy"]}, {"datasets": ["other"]}),
        ({"methods": ["baseline", "sgt"]}, {"seeds": [1]}),
    ],
)
def test_parts_make_the_whole(whole, one, other):
    evidence, params = merging.merge([part(whole, "one", **one), part(whole, "other", **other)], "both")
    grid = Grid(**params["grid"])
    for cell in grid.cells():
        if f"results/runs/{cell}" in evidence.missing:
            cell.run_record.unlink()
    same(evidence, read_evidence(grid, params))
    assert {axis: set(values) for axis, values in grid} == {axis: set(values) for axis, values in whole}
    assert params == view(grid, name="both")


def test_a_merged_report_is_that_of_the_whole(whole, tmp_path):
    for name, seeds in (("one", [0, 1]), ("other", [2, 3])):
        stage.report_grid(view(whole.model_copy(update={"seeds": seeds}), name=name, gallery=2))
    folder = ReportFolder("one_merged").path
    done = smoot("report", "--from", "reports/one", "reports/other/results.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    stage.report_grid(view(whole, name="whole"))
    for file in ("results.csv", "tables.tex", "metrics.json", "records/history.csv", "records/curves.csv"):
        assert (folder / file).read_bytes() == (ReportFolder("whole").path / file).read_bytes(), file
    listed = (tmp_path / "reports/index.html").read_text()
    assert all(f'href="{name}/index.html"' in listed for name in ("one", "one_merged", "other", "whole"))


def test_files_and_a_name_are_for_reports_of_reports(tmp_path):
    for arguments, said in (
        (["reports/one"], "reports/one: only with --from"),
        (["--name", "x"], "--name x: only with"),
    ):
        done = smoot("report", *arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith(said)
    done = smoot("report", "--from", "nil", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (65, 1)


def test_what_is_merged_can_be_published_and_merged_again(whole):
    parts = [part(whole, f"seed{seed}", seeds=[seed]) for seed in whole.seeds]
    evidence, params = merging.merge(parts[:2])
    assert params["report"]["name"] == "seed0_merged"
    published.write_published(ReportFolder("seed0_merged").path, evidence, params)
    again, _ = merging.merge([merging.read_source(ReportFolder("seed0_merged").results), *parts[2:]])
    same(again, read_evidence(whole, view(whole)))


def test_cells_of_the_united_grid_that_no_report_has_are_holes(whole):
    parts = [
        part(whole, "one", datasets=["toy"], seeds=[0, 1]),
        part(whole, "other", datasets=["other"], seeds=[1, 2]),
    ]
    for cell in whole.cells():
        if (cell.dataset, cell.seed) in {("toy", 2), ("other", 0)}:
            cell.run_record.unlink()
    evidence, params = merging.merge(parts)
    same(evidence, read_evidence(whole.model_copy(update={"seeds": [0, 1, 2]}), params))
    assert len(evidence.missing) == 2 * 3 * 2


def test_a_hole_of_one_report_is_filled_by_another(whole):
    full = part(whole, "one")
    GridCell("toy", "net", "untrained", 2).scores("quick").unlink()
    GridCell("other", "net", "untrained", 3).run_record.unlink()
    holed = part(whole, "other")
    assert holed.evidence.missing
    evidence, _ = merging.merge([holed, full])
    same(evidence, full.evidence)


def test_scores_that_disagree_are_named_with_both_files(whole):
    one = part(whole, "one")
    cell = GridCell("toy", "net", "untrained", 2)
    rewrite(cell, lambda score: score.model_copy(update={"values": (0.25, 0.25, 0.25, 0.25)[: len(score.values)]}))
    with pytest.raises(SmootError) as error:
        merging.merge([one, part(whole, "other")])
    said = str(error.value)
    assert "toy net untrained 2 quick test gradient sparseness: value: 0." in said
    assert "0.25 in reports/other" in said
    assert "in reports/one" in said


def test_histories_that_disagree_are_named(whole):
    one, other = part(whole, "one", seeds=[0]), part(whole, "other", seeds=[0])
    history = other.evidence.history.copy()
    history.loc[0, "train_ce"] += 1
    other = replace(other, evidence=replace(other.evidence, history=history))
    with pytest.raises(SmootError, match=r"toy net baseline 0 1: train_ce: 1.0 in reports/one, 2.0 in reports/other"):
        merging.merge([one, other])


def test_other_methods_of_a_seed_are_refused_as_their_images_are_others(whole):
    one = part(whole, "one", methods=["baseline", "sgt"], seeds=[0, 1])
    other = part(whole, "other", methods=["baseline"], seeds=[1, 2])
    with pytest.raises(SmootError) as error:
        merging.merge([one, other])
    lines = str(error.value).splitlines()
    assert lines[0].startswith("scores are means over the images that all methods of a report get right")
    assert lines[1:] == [
        f"  {dataset}/net, panel quick, seeds 1: baseline, sgt in reports/one; baseline in reports/other"
        for dataset in ("toy", "other")
    ]
    null = part(whole, "null", methods=["untrained"], seeds=[0])
    with pytest.raises(SmootError, match="seeds 0: baseline, sgt in reports/one; none that is trained in reports/null"):
        merging.merge([one, null])
    apart = [one, part(whole, "apart", methods=["baseline"], seeds=[2])]
    assert merging.merge(apart)[1]["grid"]["seeds"] == [0, 1, 2]


@pytest.mark.parametrize(
    ("block", "value", "said"),
    [
        ("training", {"epochs": 9}, "training.epochs: 1 in reports/one, 9 in reports/other"),
        ("masking", {"fill": "image_min"}, "masking.fill: uniform in reports/one, image_min in reports/other"),
        ("methods", {"sgt": {"k": 0.3}}, "methods.sgt.k: 0.5 in reports/one, 0.3 in reports/other"),
        ("datasets", {"toy": {"val": 3}}, "datasets.toy.val: not set in reports/one, 3 in reports/other"),
        ("panels", {"quick": {"images": 7}}, "panels.quick.images: 4 in reports/one, 7 in reports/other"),
    ],
)
def test_parameters_that_differ_are_named_with_both_values(whole, block, value, said):
    blocks = {
        "methods": {name: {"k": 0.5} if name == "sgt" else {} for name in METHODS},
        "datasets": {"toy": {"seed": 0}, "other": {}},
        "models": {"net": {}},
        "panels": {"quick": {"images": 4}},
    }
    one = part(whole, "one", lambda params: params.update(blocks), seeds=[0])

    def change(params):
        params |= blocks
        if block in ("training", "masking"):
            params[block] = params[block] | value
        else:
            params[block] = params[block] | {name: params[block][name] | own for name, own in value.items()}

    with pytest.raises(SmootError, match=said):
        merging.merge([one, part(whole, "other", change, seeds=[1])])


def test_machines_and_entries_of_no_grid_may_differ(whole):
    def change(params):
        params["compute"] = params["compute"] | {"device": "cuda"}
        params["methods"] = params["methods"] | {"idle": {"k": 1}}

    _, params = merging.merge([part(whole, "one", seeds=[0]), part(whole, "other", change, seeds=[1])])
    assert params["compute"]["device"] == "cpu"


def test_a_source_is_never_overwritten(whole):
    parts = [part(whole, "one", seeds=[0]), part(whole, "other", seeds=[1])]
    with pytest.raises(SmootError, match="--name other: the name of reports/other, which is merged"):
        merging.merge(parts, "other")


def test_other_data_under_the_same_name_are_refused(whole):
    one = part(whole, "one", seeds=[0])
    for cell in whole.cells():
        summary = one.evidence.datasets["toy"].model_copy(update={"sizes": {"train": 9, "val": 4, "test": 4}})
        write_run(cell, value_of(cell), dataset_summary=summary)
        write_panel(cell, "quick", usual_scores(value_of(cell)))
    with pytest.raises(SmootError, match=r"datasets toy.sizes.train: 8 in reports/one, 9 in reports/other"):
        merging.merge([one, part(whole, "other", seeds=[1])])
