"""DVC's remotes and shared caches, as docs/dvc.md shows them: a second clone gets everything, and runs nothing."""

import asyncio
import shlex
import stat
import subprocess
import threading
from pathlib import Path

import asyncssh
import boto3
import pytest
from documentation import commands_under
from moto.server import ThreadedMotoServer
from project import Project

PAGE = "docs/dvc.md"
NOTHING = "Data and pipelines are up to date."


@pytest.fixture
def project(dvc_project):
    return dvc_project


def run(project, command, **others):
    """A command of the documentation. others: words in the place of its example's."""
    return project.run(*(others.get(word, word) for word in shlex.split(command)))


def outputs(project):
    """All that stages have written; not the locks that they took."""
    return {name: content for name, content in project.results().items() if not Path(name).name.startswith(".")}


def clone_of(project, folder):
    """What is committed, and the settings of this machine alone."""
    project.run("git", "add", "-A")
    project.run("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "all")
    subprocess.run(["git", "clone", "-q", project.folder, folder], check=True)
    local = project.folder / ".dvc/config.local"
    if local.exists():
        (folder / ".dvc/config.local").write_bytes(local.read_bytes())
    return Project(folder)


@pytest.fixture
def s3(monkeypatch):
    """The address of a server with an empty bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    boto3.client("s3", endpoint_url=address).create_bucket(Bucket="bucket")
    yield address
    server.stop()


def test_a_clone_gets_everything_from_s3(project, s3, tmp_path):
    add, modify, push, pull, repro = commands_under(PAGE, "A remote")
    run(project, add)
    run(project, modify, **{"https://s3.example.org": s3})
    run(project, push)

    clone = clone_of(project, tmp_path / "clone")
    assert not (clone.folder / "results").exists()
    run(clone, pull)
    assert NOTHING in run(clone, repro)
    assert outputs(clone) == outputs(project)
    # What has run for other parameters came too.
    (clone.folder / "dvc.lock").unlink()
    assert clone.dvc() == ["report"]


@pytest.fixture
def ssh(tmp_path):
    """(port, folder that is its root, file of the key that it lets in) of an SSH server of this process."""
    root, key = tmp_path / "server", asyncssh.generate_private_key("ssh-ed25519")
    root.mkdir()
    key_file = tmp_path / "id_ed25519"
    key.write_private_key(key_file)
    key.write_public_key(f"{key_file}.pub")
    loop = asyncio.new_event_loop()

    async def listen():
        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[key], authorized_client_keys=f"{key_file}.pub",
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
        )  # fmt: skip

    server = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.get_port(), root, key_file
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_clone_gets_everything_over_ssh(project, ssh, tmp_path):
    port, root, key_file = ssh
    add, modify, push = commands_under(PAGE, "Over SSH")
    run(project, add, **{"ssh://user@host:22/srv/smoot": f"ssh://user@127.0.0.1:{port}/srv/smoot"})
    run(project, modify, **{"~/.ssh/id_ed25519": str(key_file)})
    run(project, push)
    assert (root / "srv/smoot/files/md5").is_dir()

    clone = clone_of(project, tmp_path / "clone")
    clone.run("dvc", "pull")
    assert NOTHING in clone.run("dvc", "repro")
    assert outputs(clone) == outputs(project)


def test_clones_share_a_cache(checkout, project, tmp_path):
    where, shared, links, check_out = commands_under(PAGE, "A cache for a group")
    cache = tmp_path / "cache"
    cache.mkdir()
    for command in (where, shared, links):
        run(project, command, **{"/shared/dvc-cache": str(cache)})
    project.run("dvc", "commit", "-f")  # What was in a cache of its own.
    clone = clone_of(project, tmp_path / "clone")
    run(clone, check_out)
    assert NOTHING in clone.run("dvc", "repro")
    assert outputs(clone) == outputs(project)
    assert not (clone.folder / ".dvc/cache").exists()
    folders = [path for path in cache.rglob("*") if path.is_dir()]
    assert folders
    assert all(path.stat().st_mode & stat.S_IWGRP for path in folders)
