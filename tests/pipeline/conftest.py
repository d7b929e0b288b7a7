"""Projects that an engine has built, once for all tests; each test changes a copy of its own."""

import shutil
import time

import pytest
from project import Project


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Project:
    return Project.checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def dvc_built(checkout, tmp_path_factory) -> Project:
    """Built from nothing by `dvc repro`."""
    project = checkout.copy(tmp_path_factory.mktemp("dvc"))
    started = time.monotonic()
    project.built = project.dvc()
    project.seconds = time.monotonic() - started
    return project


@pytest.fixture(scope="session")
def snakemake_built(checkout, tmp_path_factory) -> Project:
    """Built from nothing by `snakemake`."""
    project = checkout.copy(tmp_path_factory.mktemp("snakemake"))
    started = time.monotonic()
    project.built = project.snakemake()
    project.seconds = time.monotonic() - started
    return project


@pytest.fixture
def dvc_project(dvc_built, tmp_path):
    project = dvc_built.copy(tmp_path / "dvc")
    yield project
    shutil.rmtree(project.folder)


@pytest.fixture
def snakemake_project(snakemake_built, tmp_path):
    project = snakemake_built.copy(tmp_path / "snakemake")
    yield project
    shutil.rmtree(project.folder)
