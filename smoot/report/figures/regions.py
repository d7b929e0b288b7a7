"""What is known of a data set's images."""

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from smoot.artifacts.dataset import Region
from smoot.core.text import short
from smoot.report.figures.canvas import NORMAL, blank

# On pictures, not on paper: the same in light and in dark.
COLOURS = {"object": "#0a84d0", "distractor": "#e69f00", "shortcut": "#c2479b"}
TILE, GAP = 104, 6


def regions(images: np.ndarray, masks: np.ndarray, labels: list[str]) -> Figure | None:
    """The images, and below them where their regions are; None without images.

    To be seen: the regions that are there, in COLOURS. images: (g, C, H, W) uint8. masks: (g, 1, H, W) of `Region`.
    labels: g titles.
    """
    if not len(images):
        return None
    width, height = max(3, len(images)) * (TILE + GAP) - GAP, 20 + 2 * (TILE + GAP) + 20
    figure = blank(width, height)
    for column, (image, mask, label) in enumerate(zip(images, masks, labels, strict=True)):
        picture = image.transpose(1, 2, 0)
        layer = np.zeros((*mask.shape[1:], 4))
        for name, colour in COLOURS.items():
            layer[mask[0] == Region[name.upper()]] = to_rgba(colour, 0.7)
        for row in range(2):
            left, top = column * (TILE + GAP), 20 + row * (TILE + GAP)
            axes = figure.add_axes((left / width, 1 - (top + TILE) / height, TILE / width, TILE / height))
            axes.set_axis_off()
            shown = picture.squeeze(-1) if picture.shape[-1] == 1 else picture
            axes.imshow(shown, cmap="gray", vmin=0, vmax=255, interpolation="none")
        axes.imshow(layer, interpolation="none")
        figure.text((column * (TILE + GAP) + TILE / 2) / width, 1 - 14 / height, short(label, 16), ha="center")
    present = [name for name in COLOURS if (masks == Region[name.upper()]).any()]
    figure.legend(
        handles=[Patch(color=COLOURS[name], label=name) for name in present], ncols=max(1, len(present)),
        loc="lower left", bbox_to_anchor=(0, 0), borderaxespad=0, borderpad=0.1, handlelength=1, handletextpad=0.5,
        fontsize=NORMAL,
    )  # fmt: skip
    return figure
