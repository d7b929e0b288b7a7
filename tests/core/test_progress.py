import os
import pty
import select
import subprocess
import sys
import termios

CODE = """
import smoot.core.progress as progress
progress.SECONDS_BETWEEN_LINES = 0
with progress.Progress("work", 3) as bar:
    for _ in range(3):
        bar.advance()
"""


def test_piped_it_is_plain_lines_with_the_time_left():
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert result.stderr.splitlines() == ["work: 1/3, 0 s left", "work: 2/3, 0 s left"]


def test_on_a_terminal_it_is_a_bar():
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    subprocess.run([sys.executable, "-c", CODE], stderr=theirs, check=True)
    assert select.select([ours], [], [], 5)[0], "nothing was shown"
    assert b"work:" in os.read(ours, 4096)
