"""Memory: keeping what was freed, giving it back, and how much was used."""

import ctypes
import resource
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

GLIBC = "libc.so.6"
# Of its malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4


def keep_freed() -> None:
    """Lets the C library keep the memory of freed tensors for the next ones.

    It otherwise gives that of large tensors back to the system and fetches it again, a page fault for every 4 KiB,
    in every step. Without glibc nothing is changed.
    """
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(GLIBC)
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, -1)


def give_back_at_once() -> None:
    """Lets the C library give freed memory of a MiB or more back at once, which each thread would keep otherwise."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(GLIBC).mallopt(M_MMAP_THRESHOLD, 2**20)


def give_back() -> None:
    """Gives what is kept back to the system, now and then: batches of many sizes leave gaps that fit none of them."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(GLIBC).malloc_trim(0)


def peak(device: "torch.device") -> int:
    """Bytes: of the device's allocator on CUDA, else of the process, imports and data included."""
    if device.type == "cuda":
        import torch

        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
