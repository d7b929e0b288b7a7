"""On a CUDA device: whole stages, against the CPU's and against themselves."""

import signal

import killed_training
import numpy as np
import pytest
import scored_cells
import torch
from examples import example
from scored_models import small_cnn, subject

from smoot.artifacts.paths import GridCell
from smoot.artifacts.scores import read_scores
from smoot.core import components
from smoot.core.machine import Compute, Machine
from smoot.scoring import stage
from smoot.scoring.explainer import Explainer
from smoot.scoring.panel import Panel

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device"),
]


@pytest.mark.parametrize("method", ["baseline", "sgt", "smoot"])
def test_a_killed_run_ends_in_the_bits_of_an_undisturbed_one(method, tmp_path):
    cell = killed_training.cell(method)
    view = killed_training.view(method) | {"compute": {"threads": 1, "device": "cuda"}}
    deaths = {"undisturbed": None, "again": None, "killed": ("os.rename", "state.safetensors", 3)}
    for name, death in deaths.items():
        killed_training.make_data(tmp_path / name)
        code = killed_training.run(tmp_path / name, cell, view, death, seconds=300)
        assert code == (-signal.SIGKILL if death else 0), killed_training.messages(tmp_path / name)
    assert killed_training.run(tmp_path / "killed", cell, view, seconds=300) == 0
    assert "resumes from step" in killed_training.messages(tmp_path / "killed")
    undisturbed = killed_training.results(tmp_path / "undisturbed", cell)
    assert killed_training.results(tmp_path / "again", cell) == undisturbed
    assert killed_training.results(tmp_path / "killed", cell) == undisturbed


@pytest.mark.parametrize("name", components.names("attributions"))
def test_a_map_is_that_of_the_cpu(name):
    machine = Machine(Compute(threads=1, device="cuda"))
    theirs, entry = subject(name, model=small_cnn()), example("attributions", name)
    explain = Explainer(entry.load(), entry.params(), machine.device)
    ours = explain(machine.place(small_cnn()), theirs.images, theirs.labels)
    np.testing.assert_allclose(ours, theirs.maps, rtol=1e-3, atol=1e-4)


# What draws weights anew, on the model's device: other ones than on the CPU.
DRAWN = {"mprt"}


def scorable(metric):
    """Whether the toy data have what the metric needs."""
    panel = Panel(images=8, attributions={"gradient": {}}, metrics={metric: example("metrics", metric).arguments})
    return not panel.beyond("p", "toy", scored_cells.INFO)


def test_scores_are_those_of_the_cpu_and_the_same_bytes_each_time(tmp_path, monkeypatch):
    """But for a few values: rounding may swap two pixels in a ranking."""
    monkeypatch.chdir(tmp_path)
    scored_cells.write_data()
    cell, model = GridCell("toy", "cnn", "baseline", 0), {"timm": "sgt_cnn"}
    scored_cells.write_weights(cell, model)
    metrics = {name: example("metrics", name).arguments for name in components.names("metrics") if scorable(name)}
    panel = {"images": 8, "attributions": {"gradient": {}, "integrated_gradients": {}, "grad_cam": {}}}
    view = scored_cells.view(cell, model, panel | {"metrics": metrics})
    records, files = {}, []
    for device in ("cpu", "cuda", "cuda"):
        stage.score_cell(cell, "p", view | {"compute": {"threads": 1, "device": device, "precision": "fp32"}})
        records[device] = read_scores(cell, "p")
        files.append(cell.scores("p").read_bytes())
    assert files[1] == files[2]
    assert {result.metric for result in records["cuda"].results} == set(metrics)
    different = set()
    for ours, theirs in zip(records["cuda"].results, records["cpu"].results, strict=True):
        assert (ours.metric, ours.attribution, ours.applies) == (theirs.metric, theirs.attribution, theirs.applies)
        values, expected = np.array(ours.values, float), np.array(theirs.values, float)
        alike = np.isclose(values, expected, rtol=1e-2, atol=1e-3, equal_nan=True)
        if alike.mean() < 0.75:
            different.add(ours.metric)
            print(f"{ours.metric} of {ours.attribution}: {values} for {expected}")
    assert different <= DRAWN
