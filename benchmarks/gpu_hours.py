"""What a preset costs on a GPU, estimated from counted arithmetic: no GPU and no data have to be there.

    python -m benchmarks.gpu_hours [paper_mnist paper_cifar10 paper_caltech101] [--teraflops 10]

torch counts a forward pass of each model, on one image of noise. Training is that times the passes of a method's step
(benchmarks/contenders.py; SMOOT's as if it masked every image), over all images, epochs and seeds. Scoring is that
times the passes that the panels' metrics declare. The hours are those at a given speed that is sustained: a guess, as
small images leave most of a GPU idle.
"""

import argparse
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.contenders import METHODS
from benchmarks.scoring_floors import declared
from smoot.core.params_file import read_params
from smoot.models.create import create
from smoot.scoring.panel import Panel
from smoot.settings.params import Params
from smoot.settings.validation import validate

PRESETS = Path("workflow/presets")
# Shape, classes, and training images once the presets' other splits are cut off.
DATASETS = {
    "mnist": ((1, 28, 28), 10, 55_000),
    "cifar10": ((3, 32, 32), 10, 45_000),
    "caltech101": ((3, 128, 128), 101, 5_677),
}
STEP = {(method, saliency): 3 * floor for _, method, _, saliency, _, floor in METHODS}
"""Forward passes of a step by method and saliency; the dearest of a method's strengths."""


def forward_flops(params: Params, dataset: str, model: str) -> int:
    """Of one image: a multiplication and an addition count as two."""
    shape, classes, _ = DATASETS[dataset]
    network = create(params.models[model], shape[0], classes, shape[1:]).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, *shape))
    return counter.get_total_flops()


def training_passes(params: Params, method: str) -> float:
    """Forward passes for each training image, over the whole of a run."""
    entry = params.method(method)
    if not entry.load().Method.trained:
        return 0.0
    saliency = params.own_masking(method).saliency
    step = STEP.get((entry.component, saliency)) or STEP[entry.component, "fused"]
    if saliency != "fused" and entry.component == "smoot":
        step = STEP["sgt", saliency]
    return step * params.recipe(method).epochs


def scoring_passes(panel: Panel, height: int, width: int) -> float:
    """Forward passes for all of a run's scores. A gradient is three of them, a random map none."""
    prices = {name: 0 if name in panel.null_attributions() else 3 * _steps(panel, name) for name in panel.attributions}
    total = panel.images * float(sum(prices.values()))
    for name in panel.metrics:
        entry = panel.metric(name)
        own, shared, anew = declared(entry, height, width)
        images = entry.params().images or panel.images
        total += images * (own * len(prices) + shared + anew * sum(prices.values()))
    return total


def _steps(panel: Panel, name: str) -> int:
    return getattr(panel.attribution(name).params(), "steps", 1)


def row(preset: str, teraflops: float) -> str:
    params = validate(read_params(PRESETS / f"{preset}.yaml"))
    training = scoring = 0.0
    seeds = len(params.grid.seeds)
    for dataset in params.grid.datasets:
        shape, _, images = DATASETS[dataset]
        for model in params.grid.models:
            flops = forward_flops(params, dataset, model) * seeds
            training += flops * images * sum(training_passes(params, method) for method in params.grid.methods)
            panels = sum(scoring_passes(params.panels[panel], *shape[1:]) for panel in params.grid.panels)
            scoring += flops * panels * len(params.grid.methods)
    hours = (training + scoring) / (teraflops * 1e12) / 3600
    runs = len(params.grid.cells())
    return f"| {preset} | {runs} | {training / 1e15:,.0f} | {scoring / 1e15:,.0f} | {hours:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", default=["paper_mnist", "paper_cifar10", "paper_caltech101"])
    parser.add_argument("--teraflops", type=float, default=10.0, help="10¹² operations a second, sustained")
    arguments = parser.parse_args()
    print(f"| preset | runs | training, PFLOP | scoring, PFLOP | hours at {arguments.teraflops:g} TFLOP/s |")
    print("| --- | --- | --- | --- | --- |")
    for preset in arguments.presets:
        print(row(preset, arguments.teraflops))


if __name__ == "__main__":
    main()
