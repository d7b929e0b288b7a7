"""Augmentation of a batch where it lies: a mirror image, and a crop of the padded image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.core.lazy import torch
from smoot.core.params_file import Block
from smoot.core.seeding import derive

if TYPE_CHECKING:
    from torch import Tensor


class Augment(Block):
    """The `training.augment` block. Validation and test images are never augmented."""

    flip: bool = False
    """Whether an image is mirrored, left to right, with probability one half. Not for digits or letters."""
    crop: int = Field(default=0, ge=0)
    """Black pixels that are put around the image, from which its own size is cut at random. 0: no cropping."""


def draws(images: int, seed: int, epoch: int) -> Tensor:
    """(N, 3) numbers in [0, 1) for the N images of the split: one image's depend on its place, seed and epoch alone."""
    generator = torch.Generator().manual_seed(derive(seed, "augment", epoch))
    return torch.rand((images, 3), generator=generator)


def augment(pixels: Tensor, chance: Tensor, options: Augment) -> Tensor:
    """(b, C, H, W) uint8 images, changed by `chance`, (b, 3): whether mirrored, and where cropped."""
    from torch.nn.functional import pad

    if not options.flip and not options.crop:
        return pixels
    _, channels, height, width = pixels.shape
    device = pixels.device
    top, left = ((chance[:, 1:] * (2 * options.crop + 1)).long()).unbind(1)
    rows = top[:, None] + torch.arange(height, device=device)
    columns = left[:, None] + torch.arange(width, device=device)
    if options.flip:
        columns = torch.where(chance[:, :1] < 0.5, columns.flip(1), columns)
    image = torch.arange(len(pixels), device=device)[:, None, None, None]
    channel = torch.arange(channels, device=device)[None, :, None, None]
    padded = pad(pixels, [options.crop] * 4)
    return padded[image, channel, rows[:, None, :, None], columns[:, None, None, :]]
