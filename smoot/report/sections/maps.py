"""The gallery: the same images, explained for every method."""

import numpy as np

from smoot.artifacts.scores import read_maps
from smoot.report.page import Block, Gallery, Maps, Note, Section
from smoot.report.study import Study
from smoot.report.words import codes, enumerated

SEEDS = 3  # of the grid's, whose maps are shown


def build(study: Study) -> Section | None:
    gallery, left_out = read_gallery(study)
    if not gallery.maps:
        return None
    blocks: list[Block] = [gallery]
    if left_out:
        blocks.append(Note(("Made of other images than these, and left out: ", *codes(left_out), ".")))
    by_seed = sorted({maps.panel for maps in gallery.maps if _by_seed(study, maps.panel)})
    if by_seed:
        blocks.append(Note(f"Each seed has images of its own by {enumerated(by_seed)}: those of the first are shown."))
    if len(study.grid.seeds) > SEEDS and {maps.panel for maps in gallery.maps} != {*by_seed}:
        shown = enumerated([str(seed) for seed in study.grid.seeds[:SEEDS]])
        blocks.append(Note(f"Of the {len(study.grid.seeds)} seeds, {shown} are shown."))
    reading = (
        "The same images for every method. White is zero and red positive; in signed maps, such as those of integrated "
        "gradients, blue speaks against the class. Each map has its own scale, so compare where it lies and not how "
        "strong it is. A few images show what a map is like; they prove nothing."
    )
    return Section("maps", "Maps", reading, tuple(blocks))


def read_gallery(study: Study) -> tuple[Gallery, list[str]]:
    """And the cells, with their panels, that were made of other images. Raises SmootError where maps are damaged."""
    left_out: list[str] = []
    images: dict[str, np.ndarray] = {}
    labels: dict[str, tuple[str, ...]] = {}
    maps: list[Maps] = []
    old = {*study.evidence.outdated}
    # What is outdated comes last, so that the images are today's.
    for cell, panel in sorted(study.evidence.galleries, key=lambda made: f"{made[0]}/{made[1]}" in old):
        shown_seeds = study.grid.seeds[: 1 if _by_seed(study, panel) else SEEDS]
        if cell.seed not in shown_seeds or not study.report.gallery:
            continue
        split, by_attribution = read_maps(cell, panel)
        shown = split.take(np.arange(min(study.report.gallery, len(split))))
        if not len(shown):
            continue
        of = f"{cell.dataset}/{panel}"
        classes = study.evidence.datasets[cell.dataset].classes
        if not np.array_equal(images.setdefault(of, shown.images), shown.images):
            left_out.append(f"{cell}/{panel}")
            continue
        labels.setdefault(of, tuple(classes[label] for label in shown.labels))
        maps += [
            Maps(cell.dataset, cell.model, cell.method, cell.seed, panel, attribution, values[: len(shown), 0])
            for attribution, values in by_attribution.items()
            if attribution not in study.nulls.maps
        ]
    return Gallery(images, labels, tuple(maps)), left_out


def _by_seed(study: Study, panel: str) -> bool:
    """Whether every training seed has images of its own by the panel."""
    return study.params["panels"].get(panel, {}).get("by_seed", False)
