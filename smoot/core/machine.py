"""Where and how numbers are computed: threads, device, precision, determinism."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import Field

from smoot.core.distributed import World
from smoot.core.errors import SmootError
from smoot.core.lazy import torch
from smoot.core.memory import keep_freed
from smoot.core.params_file import PARAMS_FILE, Block

RECORDED_PACKAGES = ("torch", "torchvision", "timm", "numpy", "captum", "quantus")


class Compute(Block):
    """The `compute` block. Byte-equal results are promised for `cpu` with `fp32` at a given number of threads."""

    threads: int = Field(1, ge=1, le=1024)
    """CPU threads of each cell, all its processes together. It changes the last bits of results, so its default is not
    this machine's number of cores: the same file would make others elsewhere, without a word to the engines."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where models are trained and scored. `auto` takes a GPU where there is one."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """The precision of the forward passes. `auto` is fp32 on the CPU and bf16 autocast on a GPU."""
    channels_last: bool = True
    """Whether images lie in memory pixel by pixel, which convolutions are mostly faster with."""
    deterministic: bool = True
    """Whether only algorithms are used that give the same bits each time. `false` is faster on a GPU."""


class Hardware:
    """One device, and the processes that share a training on such devices: what a training method needs of them."""

    def __init__(self, device: torch.device, world: World | None = None) -> None:
        self.device = device
        self.world = world or World()
        self.memory_format = torch.contiguous_format

    def autocast(self) -> AbstractContextManager:
        """The precision of a forward pass within it. Here it is left to who calls."""
        return nullcontext()

    def place(self, module: torch.nn.Module) -> torch.nn.Module:
        """The module itself, moved to the device."""
        return module.to(device=self.device).to(memory_format=self.memory_format)

    def put(self, tensor: torch.Tensor) -> torch.Tensor:
        """A CPU tensor on the device, without waiting for it."""
        return tensor.pin_memory().to(self.device, non_blocking=True) if self.device.type == "cuda" else tensor

    def fetch(self, values: torch.Tensor) -> Callable[[], list[float]]:
        """Starts to copy a small tensor from the device. What is returned gives the numbers, once they are here."""
        if self.device.type != "cuda":
            return values.tolist
        arriving = torch.empty(values.shape, dtype=values.dtype, pin_memory=True).copy_(values, non_blocking=True)
        copied = torch.cuda.Event()
        copied.record()

        def numbers() -> list[float]:
            copied.synchronize()
            return arriving.tolist()

        return numbers

    def now(self) -> float:
        """Seconds on a steady clock, when everything that was asked of the device is done."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        return time.monotonic()


class Machine(Hardware):
    """The whole process, set up as a `Compute` block asks: its device, threads, precision and determinism."""

    def __init__(self, compute: Compute, processes: int = 1) -> None:
        """Raises SmootError where the device asked for is not there, or another number of processes is."""
        world = World.join(processes)
        cuda = torch.cuda.is_available()
        if compute.device == "cuda" and not cuda:
            raise SmootError(
                f"{PARAMS_FILE}: compute.device: cuda, but torch finds no CUDA device; allowed here: auto, cpu"
            )
        if cuda and compute.device != "cpu":
            device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
            if device.index >= torch.cuda.device_count():
                raise SmootError(
                    f"{PARAMS_FILE}: training.processes: {processes}, but there are {torch.cuda.device_count()} CUDA "
                    "devices on this machine: each process needs one"
                )
            torch.cuda.set_device(device)
        else:
            device = torch.device("cpu")
            keep_freed()
        super().__init__(device, world)
        self.compute = compute
        bf16 = compute.precision == "bf16" or (compute.precision == "auto" and self.device.type == "cuda")
        self.precision = "bf16" if bf16 else "fp32"
        self.memory_format = torch.channels_last if compute.channels_last else torch.contiguous_format
        torch.set_num_threads(max(1, compute.threads // processes))
        torch.backends.cudnn.allow_tf32 = False  # fp32 means 32 bits; bf16 is the way to be faster
        if compute.deterministic:
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
            torch.use_deterministic_algorithms(True)
            # Costs a write to every new tensor, and changes no result: nothing reads memory before it is written.
            torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
            torch.backends.cudnn.benchmark = False
        else:
            torch.backends.cudnn.benchmark = True

    def autocast(self) -> AbstractContextManager:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bf16")

    def describe(self) -> dict[str, str | int | bool]:
        """Device, precision, threads and package versions, for the record of a run."""
        return {"device_name": self.device_name, **self.kind}

    @property
    def device_name(self) -> str:
        return torch.cuda.get_device_name() if self.device.type == "cuda" else _processor()

    @property
    def kind(self) -> dict[str, str | int | bool]:
        """What a run has to find where it is resumed: all that `describe` says, but for the device's name."""
        return {
            "device": self.device.type,
            "precision": self.precision,
            "threads": torch.get_num_threads(),
            "processes": self.world.size,
            "deterministic": self.compute.deterministic,
            "python": platform.python_version(),
            **{package: version(package) for package in RECORDED_PACKAGES},
        }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
