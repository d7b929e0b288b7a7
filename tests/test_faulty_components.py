"""A new metric or method that is wrong fails, without any test being told of it, by the test that its fault is of."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from builders import PROJECT

METRIC = '''"""{name}: what share of the attribution is in the upper half?"""

import numpy as np

from smoot.artifacts.metric_info import MetricInfo
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Upper half",
    category="complexity",
    higher_is_better=False,
    citation="nobody",
    link="https://example.org/paper",
    meaning="What share of the attribution is in the upper half.",
    formula="Σ of |a| over the upper half / Σ |a|",
    limits=(0, 1),
)
KNOWN_ANSWER = {answer}


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    a = np.abs(subject.maps[:, 0])
    return Scores({value})
'''
SHARE = "a[:, : a.shape[1] // 2].sum((1, 2)) / a.sum((1, 2))"
METRICS = {
    "new_good": {},
    "new_without_answer": {"answer": "None"},
    "new_wrong": {"value": f"1 - {SHARE}"},
    "new_out_of_range": {"answer": "None", "value": f"3 * {SHARE}"},
    "new_of_the_batch": {"answer": "None", "value": "a[:, :4].sum((1, 2)) / a.sum((1, 2)).max()"},
}

METHOD = '''"""{name}: noisy images. Minimises CE(f(x + ε), y)."""

from pydantic import Field

from smoot.core.lazy import torch
from smoot.training import method
from smoot.training.method import MethodParams


class Params(MethodParams):
    sigma: float = Field(ge=0, examples=[0.1])


class Method(method.Method):
    def step(self, model, batch):
        images = batch.images + self.params.sigma * {noise}
        logits = {logits}
        loss, ce = self.context.objective(logits, batch.labels)
        {loss}.backward()
        return self.context.result(batch, loss, logits, ce)
'''
PLAIN = {
    "noise": 'self.context.draw("noise", batch, torch.randn)',
    "logits": "self.context.logits(model, images)",
    "loss": "loss",
}
METHODS = {
    "new_good": {},
    "new_waiting": {"loss": "(loss if loss.item() < 1e9 else ce.mean())"},
    "new_unsmoothed": {"loss": "(loss := ce.mean())"},
    "new_careless": {"noise": "torch.randn_like(batch.images)"},
    "new_alone": {"noise": 'torch.rand(batch.images.shape, generator=self.context.generator("n", batch.number))'},
    "new_without_autocast": {"logits": "model(images)"},
    "new_coarse": {"logits": "self.context.logits(model, images).bfloat16()"},
    "new_frozen": {"logits": "self.context.logits(model[1:], model[0](images).detach())"},
}

OPTIONS = ["-q", "-rA", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "new_"]
TESTS = {
    "metrics": ("metrics/test_every_metric.py", "metrics/test_texts.py"),
    "methods": ("methods/test_contract.py", "training/test_distributed.py"),
}


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """By component, the contract tests that fail, of a copy of the project with these files beside its own."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("smoot", "tests"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    for name, parts in METRICS.items():
        own = {"answer": 'KnownAnswer(1, maps="pixel")', "value": SHARE} | parts
        (folder / f"smoot/metrics/{name}.py").write_text(METRIC.format(name=name, **own))
    for name, parts in METHODS.items():
        (folder / f"smoot/methods/{name}.py").write_text(METHOD.format(name=name, **(PLAIN | parts)))
    kinds = {f"tests/{path}": kind for kind, paths in TESTS.items() for path in paths}
    command = [sys.executable, "-m", "pytest", *OPTIONS, *kinds]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    output = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True).stdout
    outcomes = re.findall(r"^([A-Z]+) (tests/[\w/.]+)::(\w+)\[(?:[\w.]+-)?(new_\w+)(?:-[\w.]+)?\]", output, re.M)
    assert {kinds[path] for _, path, _, _ in outcomes} == {*TESTS}, output
    failures: dict[tuple[str, str], set[str]] = {(kinds[path], name): set() for _, path, _, name in outcomes}
    for outcome, path, test, name in outcomes:
        if outcome != "PASSED":
            failures[kinds[path], name].add(test)
    return failures


@pytest.mark.parametrize(("kind", "name"), [*((kind, "new_good") for kind in TESTS), ("metrics", "new_without_answer")])
def test_what_keeps_to_the_contract_passes(failed, kind, name):
    assert failed[kind, name] == set()


@pytest.mark.parametrize(
    ("kind", "name", "test"),
    [
        ("metrics", "new_wrong", "test_it_gives_its_known_answer"),
        ("metrics", "new_out_of_range", "test_scores_are_within_bounds"),
        ("metrics", "new_of_the_batch", "test_a_score_is_that_of_its_own_image_whatever_the_others_are"),
        ("methods", "new_waiting", "test_no_step_waits_for_the_device"),
        ("methods", "new_unsmoothed", "test_label_smoothing_is_of_the_loss_and_not_of_what_is_reported"),
        ("methods", "new_careless", "test_its_random_numbers_are_of_generators_of_its_own"),
        ("methods", "new_alone", "test_two_processes_train_as_one_does"),
        ("methods", "new_without_autocast", "test_in_16_bits_losses_are_of_32_and_near_those_in_full"),
        ("methods", "new_coarse", "test_in_16_bits_losses_are_of_32_and_near_those_in_full"),
        ("methods", "new_frozen", "test_every_weight_gets_a_gradient"),
    ],
)
def test_what_does_not_fails_by_the_test_of_its_fault(failed, kind, name, test):
    assert test in failed[kind, name]
