"""Projects that an engine has built, once for all tests; each test changes a copy of its own. All are removed."""

import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from documentation import RAN
from project import Project
from slurm_cluster import Cluster, unavailable


def pytest_terminal_summary(terminalreporter) -> None:
    if RAN:
        terminalreporter.write_line(f"documentation: {', '.join(f'{number} {what}' for what, number in RAN.items())}")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Iterator[Project]:
    project = Project.checkout(tmp_path_factory.mktemp("checkout"))
    yield project
    shutil.rmtree(project.folder)


def built(checkout: Project, tmp_path_factory, engine: str) -> Iterator[Project]:
    """A project that `engine` has built from nothing, with the cells that it ran and the seconds that it took."""
    project = checkout.copy(tmp_path_factory.mktemp(engine))
    started = time.monotonic()
    project.built = getattr(project, engine)()
    project.seconds = time.monotonic() - started
    yield project
    shutil.rmtree(project.folder)


@pytest.fixture(scope="session")
def dvc_built(checkout, tmp_path_factory) -> Iterator[Project]:
    yield from built(checkout, tmp_path_factory, "dvc")


@pytest.fixture(scope="session")
def snakemake_built(checkout, tmp_path_factory) -> Iterator[Project]:
    yield from built(checkout, tmp_path_factory, "snakemake")


@pytest.fixture
def a_copy(tmp_path) -> Iterator[Callable[[Project, str], Project]]:
    """`a_copy(project, name)`: one of this test's own."""
    copies = []

    def copy(project: Project, name: str) -> Project:
        copies.append(project.copy(tmp_path / name))
        return copies[-1]

    yield copy
    for project in copies:
        shutil.rmtree(project.folder)


@pytest.fixture
def dvc_project(dvc_built, a_copy) -> Project:
    return a_copy(dvc_built, "dvc")


@pytest.fixture
def snakemake_project(snakemake_built, a_copy) -> Project:
    return a_copy(snakemake_built, "snakemake")


@pytest.fixture(scope="session")
def slurm(request) -> Iterator[Cluster]:
    """Without accounting, where a test does not name another profile for it."""
    profile = getattr(request, "param", "slurm_no_accounting")
    if reason := unavailable(profile):
        pytest.skip(reason)
    cluster = Cluster(profile)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
