"""The command line, as a person types it."""

import subprocess
import sys


def smoot(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "smoot", *arguments], cwd=cwd, capture_output=True, text=True, env=None, timeout=120
    )
