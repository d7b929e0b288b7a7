"""Fixtures for the tests of downloads: a server of their own, and no way to any other."""

import pytest
import urllib3.util.connection
from server import Server

from smoot.data import download


@pytest.fixture
def web():
    with Server() as server:
        yield server


@pytest.fixture
def offline(monkeypatch):
    """No connection but to the loopback address; no waiting between attempts."""
    connect = urllib3.util.connection.create_connection

    def guarded(address, *arguments, **options):
        if address[0] != "127.0.0.1":
            raise OSError("no network in tests")
        return connect(address, *arguments, **options)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", guarded)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("SMOOT_MIRRORS", raising=False)
    monkeypatch.setattr(download, "PAUSES", (0.0, 0.0, 0.0))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty folder of data sets, which does not exist yet."""
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"
