import os
import pty
import select
import subprocess
import sys
import termios

from smoot.core.progress import Progress

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


def test_a_reader_that_is_gone_stops_no_work():
    code = "from smoot.core.progress import say; say('one'); say('two'); print('done')"
    ours, theirs = os.pipe()
    os.close(ours)
    result = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    assert (result.returncode, result.stdout) == (0, "done\n")


def test_what_was_done_before_is_counted_but_not_timed(capsys):
    with Progress("work", 10, done=8) as bar:
        bar.reported -= 100
        bar.advance()
    assert capsys.readouterr().err == "work: 9/10, 0 s left\n"
