"""What a training method may know of the run that it trains."""

from dataclasses import dataclass, field

import torch

from smoot.core.machine import Machine
from smoot.core.seeding import derive
from smoot.masking import Masking


@dataclass(frozen=True)
class Context:
    """images: how many there are in the training split. pixels: H · W. classes: C. masking: the shared block.

    steps: how many the run has, if it is not stopped early.
    """

    images: int
    pixels: int
    classes: int
    seed: int
    masking: Masking
    machine: Machine = field(repr=False)
    label_smoothing: float = 0.0
    steps: int = 1

    def generator(self, stream: str, number: int, device: torch.device | str = "cpu") -> torch.Generator:
        """The generator of one stream, for step `number` alone: what one draws changes nothing elsewhere."""
        return torch.Generator(device).manual_seed(derive(self.seed, "method", stream, number))
