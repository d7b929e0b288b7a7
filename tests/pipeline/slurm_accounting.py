"""What makes `sacct` answer: slurmdbd, and a MariaDB for it that listens on the loopback address alone."""

import subprocess
from pathlib import Path

from daemons import give, located

PROGRAMS = located("slurmdbd", "mariadbd", "mariadb-install-db")
CONFIGURATION = Path("/etc/slurm/slurmdbd.conf")
DATABASE_PORT, PORT = 17004, 17003


def missing() -> list[str]:
    """The programs that are not on this machine."""
    return [name for name, path in PROGRAMS.items() if path is None]


def prepare(folder: Path, host: str, heading: str) -> dict[str, list[str | None]]:
    """Makes an empty database in `folder`, and writes slurmdbd's configuration.

    Returns the commands of the two daemons, in the order in which they are to be started.
    """
    data = folder / "database"
    data.mkdir(mode=0o700)
    give(data, "mysql")
    common = ["--no-defaults", "--user=mysql", f"--datadir={data}"]
    install = [PROGRAMS["mariadb-install-db"], *common, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, capture_output=True)
    CONFIGURATION.write_text(f"""{heading}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={PORT}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={DATABASE_PORT}
StorageUser=root
LogFile={folder}/slurmdbd.log
PidFile={folder}/slurmdbd.pid
""")
    CONFIGURATION.chmod(0o600)  # or slurmdbd refuses it
    database = [
        PROGRAMS["mariadbd"], *common, f"--port={DATABASE_PORT}", "--bind-address=127.0.0.1",
        f"--socket={data}/socket", f"--pid-file={data}/pid", f"--log-error={folder}/mariadbd.log",
    ]  # fmt: skip
    return {"mariadbd": database, "slurmdbd": [PROGRAMS["slurmdbd"], "-D"]}


def configuration(folder: Path) -> str:
    """The lines of slurm.conf that send accounting there."""
    return f"""AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={PORT}
AccountingStoragePass={folder}/munge.socket
"""
