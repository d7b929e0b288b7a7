"""What git says of the working folder."""

import subprocess


def git(*arguments: str) -> str:
    """What the command prints. Raises CalledProcessError where it fails, and FileNotFoundError without git."""
    return subprocess.run(["git", *arguments], capture_output=True, check=True).stdout.decode()
