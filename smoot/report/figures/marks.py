"""What nulls score, behind what is compared."""

from matplotlib.axes import Axes

from smoot.report.figures.canvas import SMALL
from smoot.report.figures.look import NULL, SOFT

# Where text stands, in an axes' coordinates, if what it is of is beyond the start or the end of x or of y.
EDGES = {
    ("x", False): ("← {}", 0.02, 0.03, "left", "bottom"),
    ("x", True): ("{} →", 0.98, 0.03, "right", "bottom"),
    ("y", False): ("{} ↓", 0.98, 0.03, "right", "bottom"),
    ("y", True): ("{} ↑", 0.98, 0.97, "right", "top"),
}


def band(axes: Axes, along: str, scores: tuple[float, float], name: str) -> None:
    """A grey band over a range of x or y; where that is beyond the axes, which keep their limits, text at that edge."""
    start, end = axes.get_xlim() if along == "x" else axes.get_ylim()
    low, high = sorted((start, end))
    if scores[1] >= low and scores[0] <= high:
        thin = 0.004 * (high - low)
        draw = axes.axvspan if along == "x" else axes.axhspan
        draw(
            max(scores[0] - thin, low), min(scores[1] + thin, high),
            color=NULL, alpha=0.22, linewidth=0, zorder=0.5, label=name,
        )  # fmt: skip
        return
    numbers = dict.fromkeys(f"{score:.3g}".replace("-", "−") for score in scores)
    text, x, y, across, along_y = EDGES[along, (scores[0] > high) == (end > start)]
    axes.text(
        x, y, text.format(f"{name} {' to '.join(numbers)}"), transform=axes.transAxes, ha=across, va=along_y,
        color=SOFT, size=SMALL,
    )  # fmt: skip
