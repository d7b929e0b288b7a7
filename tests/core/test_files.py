import numpy as np
import pytest

from smoot.core.files import atomic, write_csv, write_json, write_npz


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a" / "file.txt"
    with atomic(path) as temporary:
        temporary.write_text("old")
    with pytest.raises(RuntimeError), atomic(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_link_to_a_read_only_file_is_replaced_and_not_written_through(tmp_path):
    cache, path = tmp_path / "cache", tmp_path / "out"
    cache.write_text("cached")
    cache.chmod(0o444)
    path.hardlink_to(cache)
    with atomic(path) as temporary:
        temporary.write_text("new")
    assert (cache.read_text(), path.read_text()) == ("cached", "new")


def test_nan_is_refused_in_json(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert not list(tmp_path.iterdir())


def test_the_same_arrays_give_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        write_npz(tmp_path / name, {"x": np.arange(5), "y": np.ones((2, 2))})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_floats_keep_their_precision_in_csv(tmp_path):
    write_csv(tmp_path / "a.csv", ["x", "y"], [{"x": 0.1 + 0.2}, {"x": 1, "y": 2}])
    assert (tmp_path / "a.csv").read_text() == "x,y\n0.30000000000000004,\n1,2\n"
