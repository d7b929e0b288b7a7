"""How to read scores at all."""

from smoot.report.evidence.metrics import on_split
from smoot.report.page import Points, Section, Text
from smoot.report.study import Study
from smoot.report.words import enumerated, number


def build(study: Study) -> Section:
    of_all = dict.fromkeys(row.info.title for row in study.rows if not row.info.correct_only)
    points: list[Text] = [
        "Explanations are of the true class. Scores are averaged over the panel's images that all trained "
        "models of the same seed classify correctly"
        + (f"; those of {enumerated(list(of_all))}, over all of them." if of_all else ".")
    ]
    if nulls := sorted(study.nulls.methods) + sorted(study.nulls.maps):
        points.append(f"Nulls: {enumerated(nulls)}. A score that they reach too says nothing of training.")
    points.append(
        "Metrics disagree with each other, and depend on the scale of the logits; models of different "
        "calibration are not strictly comparable in probabilities. Read differences beside the nulls, not alone. A "
        "click on a metric's name tells what it measures and what to beware of."
    )
    for split in study.splits:
        for dataset, shares in study.evidence.shares.get(split, {}).items():
            told = ", ".join(f"{region} {number(100 * share, 1)} %" for region, share in shares.items())
            points.append(
                f"{on_split(dataset, split)}: in localisation, a random map scores about what the region covers of an "
                f"image: {told}."
            )
    return Section("reading", "How to read this", "", (Points(tuple(points)),))
