"""Memory that is kept for the next step, and given back now and then."""

import platform
import subprocess
import sys

import pytest

CODE = """
import resource, sys
from pathlib import Path
import torch
from smoot.core import memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def steps():
    # Larger than what glibc ever keeps by itself.
    for _ in range(10):
        torch.ones(2**24)

if sys.argv[1] == "kept":
    memory.keep_freed()
steps()
before = faults()
steps()
print(faults() - before)
held = resident()
memory.give_back()
print(held - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_freed_memory_is_kept_without_page_faults_and_then_given_back():
    def run(mode):
        result = subprocess.run([sys.executable, "-c", CODE, mode], capture_output=True, text=True, check=True)
        return map(int, result.stdout.split())

    faults, given_back = run("kept")
    usual_faults, _ = run("usual")
    assert faults < 0.01 * usual_faults
    assert given_back > 50 * 2**20
