"""Every data set of the registry that is on this machine keeps the contract."""

import dataset_contract
import pytest
from examples import example

from smoot.core import components
from smoot.data.cache_folder import cache_folder


# But the one that is a user's own folder: test_image_folder.py makes one.
@pytest.mark.parametrize("name", [name for name in components.names("datasets") if name != "image_folder"])
def test_it_keeps_the_contract(name, tmp_path, monkeypatch):
    entry = example("datasets", name)
    component = entry.load()
    if component.where() is None:
        pytest.skip(f"{name} is not on this machine; test_downloaded.py makes a small one")
    if component.where() != cache_folder():
        monkeypatch.setenv("SMOOT_DATA", str(tmp_path))  # where a system's package is unpacked
    dataset_contract.load(component, entry.params())
