"""params.yaml: everything that is wrong, at once, and nothing that is right refused."""

import pytest
from builders import PROJECT, problems

from smoot.core.errors import ParamsError
from smoot.core.params_file import read_params, view
from smoot.masking import Masking
from smoot.settings.validation import validate


@pytest.mark.parametrize(
    "path",
    [
        PROJECT / "params.yaml",
        *sorted((PROJECT / "workflow").glob("presets/*.yaml")),
        *sorted((PROJECT / "workflow").glob("study/*.yaml")),
    ],
    ids=lambda path: path.name,
)
def test_the_projects_own_files_are_valid(path):
    validate(read_params(path))


@pytest.mark.parametrize(
    ("block", "key", "value", "said"),
    [
        ("training", "epoch", 3, "training.epoch: unknown key; allowed: augment, batch_size, checkpoint_steps"),
        ("training", "epochs", 0, "training.epochs: 0: should be greater than or equal to 1"),
        ("training", "lr", "fast", "training.lr: 'fast': should be a valid number"),
        ("training", "lr", float("nan"), "training.lr: nan: should be a finite number"),
        ("compute", "device", "tpu", "compute.device: 'tpu': should be 'auto', 'cpu' or 'cuda'"),
        ("compute", "threads", True, "compute.threads: True: should be a valid integer"),
        ("masking", "fill", "black", "masking.fill: 'black': should be 'uniform', 'image_min' or 'channel_mean'"),
        ("masking", "target", "logit", "masking: saliency: fused has no gradient of target: logit"),
        ("methods", "magic", {}, "methods.magic: no such method; allowed: adversarial, "),
        ("methods", "sgt", {"k": 1.5}, "methods.sgt.k: 1.5: should be less than or equal to 1"),
        ("methods", "sgt", {"masking": {"fil": "uniform"}}, "methods.sgt.masking.fil: unknown key; allowed: fill"),
        ("methods", "a\u200bb", {}, r"methods.'a\u200bb': no such method; allowed: adversarial, "),
        ("methods", " ", {}, "methods.' ': no such method; allowed: adversarial, "),
        ("methods", "my-method", {}, "methods.my-method: 'my-method': String should match pattern"),
        ("datasets", "mnist6k", {}, "datasets.mnist6k: no such dataset; allowed: "),
        ("models", "x", {"tim": "resnet18"}, "models.x.tim: unknown key; allowed: kwargs, timm, upsample"),
        ("methods", "mild", {"method": "sgd"}, "methods.mild: method: sgd: no such method; allowed: adversarial, "),
        ("methods", "mild", {"method": 3}, "methods.mild: method: 3: should be a name; allowed: adversarial, "),
        ("methods", "sgt", {"method": "sgt"}, "methods.sgt: method: sgt: names itself; leave `method` out"),
        ("methods", "sgt", {"method": "smoot"}, "methods.sgt: method: smoot: the key is the name of another method"),
        ("methods", "mild", {"method": "sgt", "images": "all"}, "methods.mild.images: unknown key; allowed: "),
        ("methods", "mild", {"method": "sgt", "training": {"lrr": 1}}, "methods.mild.training.lrr: unknown key"),
        ("methods", "mild", {"method": "sgt", "training": {"lr": -1}}, "methods.mild.training.lr: -1: should be"),
        ("methods", "mild", {"method": "sgt", "training": {"processes": 2}}, "methods.mild.training: processes: "),
        ("methods", "mild", {"method": "sgt", "training": {"images": 99}}, "methods.mild.training: images: "),
        ("training", "images", 16, "training: batch_size: 32: should be at most images, 16"),
        ("methods", "untrained", {"training": {"lr": 0.1}}, "methods.untrained.training: unknown key; allowed: draw"),
        ("methods", "baseline", {"masking": {"fill": "uniform"}}, "methods.baseline.masking: unknown key; allowed: "),
        ("methods", "baseline", {"draw": -1}, "methods.baseline.draw: -1: should be greater than or equal to 0"),
        ("methods", "baseline", {"control_of": ["sgd"]}, "methods.baseline.control_of: sgd: not another entry"),
        ("methods", "baseline", {"control_of": ["baseline"]}, "methods.baseline.control_of: baseline: not another"),
        ("methods", "baseline", {"equal": ["joules"]}, "methods.baseline.equal: joules: no such budget"),
        ("report", "attribution", "grad_cam", "report.attribution: grad_cam: in no panel of the grid, a null"),
        ("report", "attribution", "random", "report.attribution: random: in no panel of the grid, a null"),
        ("training", "schedule", "plateau", "training.schedule: 'plateau': should be 'cosine', 'tanh', 'poly'"),
        ("training", "schedule", "multistep", "training: schedule: multistep and milestones need each other"),
        ("training", "milestones", [3], "training: schedule: multistep and milestones need each other"),
        ("training", "processes", 3, "training: batch_size 32: should be a multiple of processes, 3"),
        ("training", "warmup_epochs", 1, "training: warmup_epochs: 1: should be less than epochs, 1"),
        ("training", "processes", 2, "training.processes: 2: more than compute.threads, 1"),
        ("training", "augment", {"flop": True}, "training.augment.flop: unknown key; allowed: crop, flip"),
        ("training", "label_smoothing", 0.1, "methods.smoot: masking.saliency: fused has no label smoothing"),
        ("methods", "smoot", {"k_min": 0.5, "k_max": 0.2}, "methods.smoot: k_min 0.5, k_start 0.1 and k_max"),
        ("grid", "methods", ["baseline", "sgd"], "grid.methods: sgd: has no block; allowed: baseline, smoot"),
        ("grid", "methods", ["baseline", "baseline"], "grid.methods: baseline is there more than once"),
        ("grid", "seeds", [], "grid.seeds: List should have at least 1 item"),
        ("grid", "datasets", ["a.b"], "grid.datasets.0: 'a.b': String should match pattern"),
        ("report", "primary", {"method": ["smoot"]}, "report.primary.method: unknown key; allowed: against, "),
        ("report", "baseline", "sgd", "report.baseline: sgd: not a method of the grid; allowed: baseline, smoot"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_value_and_what_is_allowed(smoke, block, key, value, said):
    smoke[block][key] = value
    lines = problems(smoke)
    assert any(line.startswith(f"params.yaml: {said}") for line in lines), lines


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("attributions", "magic", "panels.tiny.attributions.magic: no such attribution; allowed: centre, deep_lift"),
        ("metrics", "magic", "panels.tiny.metrics.magic: no such metric; allowed: accuracy_drop"),
        ("metrics", "sparseness", "panels.tiny.metrics.sparseness.nonsense: unknown key; allowed: images"),
    ],
)
def test_components_of_a_panel_are_checked(smoke, kind, name, said):
    smoke["panels"]["tiny"][kind][name] = {"nonsense": 1}
    lines = problems(smoke)
    assert any(line.startswith(f"params.yaml: {said}") for line in lines), lines


def test_an_empty_list_is_refused_in_words_of_the_file(smoke):
    smoke["grid"]["seeds"] = []
    assert problems(smoke) == ["params.yaml: grid.seeds: List should have at least 1 item"]


def test_a_variant_of_a_metric_has_a_name_of_its_own(smoke):
    smoke["panels"]["tiny"]["metrics"]["drop_black"] = {"metric": "accuracy_drop", "fill": "image_min"}
    validate(smoke)


def test_every_kind_of_entry_can_be_a_variant(smoke):
    smoke["methods"]["mild"] = {"method": "sgt", "k": 0.3, "training": {"lr": 1e-3, "epochs": 3}}
    smoke["models"]["wide"] = {"timm": "test_resnet", "upsample": 64}
    smoke["models"]["test_vit"] = {}
    smoke["panels"]["tiny"]["attributions"]["ig_50"] = {"attribution": "integrated_gradients", "steps": 50}
    params = validate(smoke)
    assert params.models["test_vit"].timm == "test_vit"
    assert params.recipe("mild").epochs == 3
    assert params.recipe("mild").batch_size == params.training.batch_size
    assert params.recipe("baseline") == params.training


def test_a_methods_own_label_smoothing_is_checked_with_its_masking(smoke):
    smoke["methods"]["soft"] = {"method": "sgt", "training": {"label_smoothing": 0.1}}
    (line,) = problems(smoke)
    assert line.startswith("params.yaml: methods.soft: masking.saliency: fused has no label smoothing")
    smoke["methods"]["soft"]["masking"] = {"saliency": "shared"}
    validate(smoke)


def test_what_validation_images_say_is_no_primary_comparison(smoke):
    smoke["panels"]["chosen"] = smoke["panels"]["tiny"] | {"split": "val", "metrics": {"complexity": {}}}
    smoke["grid"]["panels"] = ["tiny", "chosen"]
    smoke["report"]["primary"] = {"methods": ["smoot"], "metrics": ["complexity"], "attributions": ["gradient"]}
    (line,) = problems(smoke)
    assert line.startswith(
        "params.yaml: report.primary.metrics: complexity: of panel chosen, whose images are of the val"
    )
    smoke["report"]["primary"]["metrics"] = ["sparseness"]
    validate(smoke)


def test_quick_is_what_a_clone_starts_with():
    assert (PROJECT / "params.yaml").read_bytes() == (PROJECT / "workflow/presets/quick.yaml").read_bytes()


def test_a_data_set_can_be_there_more_than_once_under_names_of_its_own(smoke):
    smoke["datasets"]["other"] = {"dataset": "mnist5k", "seed": 1}
    validate(smoke)
    smoke["datasets"]["other"]["dataset"] = "nil"
    (line,) = problems(smoke)
    assert line.startswith("params.yaml: datasets.other: dataset: nil: no such dataset; allowed: ")


def test_primary_comparisons_are_ones_of_the_grid(smoke):
    primary = {"methods": ["smoot"], "metrics": ["test_accuracy", "accuracy_drop"], "attributions": ["gradient"]}
    smoke["report"]["primary"] = primary
    validate(smoke)
    smoke["report"]["primary"] = primary | {"methods": ["smoot", "baseline"], "attributions": ["gradient", "grad_cam"]}
    assert [line.split(": in no comparison")[0] for line in problems(smoke)] == [
        "params.yaml: report.primary.methods: baseline",
        "params.yaml: report.primary.attributions: grad_cam",
    ]
    # A metric of the model itself needs no attribution.
    smoke["report"]["primary"] = primary | {"attributions": []}
    assert problems(smoke) == [
        "params.yaml: report.primary.attributions: none, where accuracy_drop needs one; allowed: gradient"
    ]
    smoke["report"]["primary"] = {"methods": ["smoot"], "metrics": ["test_accuracy"]}
    validate(smoke)


def test_a_metrics_name_cannot_be_that_of_another_result(smoke):
    metrics = smoke["panels"]["tiny"]["metrics"]
    metrics |= {
        "test_accuracy": {"metric": "sparseness"},
        "accuracy_drop_random_area": {"metric": "sparseness"},
        "my_area": {"metric": "sparseness"},
    }
    assert [line.split(": ")[1] for line in problems(smoke)] == [
        "panels.tiny.metrics.test_accuracy",
        "panels.tiny.metrics.accuracy_drop_random_area",
    ]
    del metrics["test_accuracy"], metrics["accuracy_drop_random_area"]
    metrics["a|b"] = {"metric": "sparseness"}
    (line,) = problems(smoke)
    assert line.startswith("params.yaml: panels.tiny.metrics.a|b")


def test_a_metric_is_in_one_panel_of_the_grid_only(smoke):
    smoke["panels"]["other"] = smoke["panels"]["tiny"] | {"metrics": {"sparseness": {}}}
    validate(smoke)
    smoke["grid"]["panels"] = ["tiny", "other"]
    (line,) = problems(smoke)
    assert line == "params.yaml: panels.other.metrics.sparseness: also in panel tiny; give it a name of its own"


def test_everything_is_reported_at_once(smoke):
    smoke["training"]["epochs"] = -1
    smoke["compute"]["device"] = "tpu"
    smoke["panels"]["tiny"]["metrics"]["magic"] = {}
    del smoke["report"]["title"]
    smoke["extra"] = 1
    assert len(problems(smoke)) == 5


@pytest.mark.parametrize("block", ["grid", "training", "panels", "methods"])
@pytest.mark.parametrize("value", [None, 3, [], "text"])
def test_a_block_of_the_wrong_kind_is_a_line_and_no_traceback(smoke, block, value):
    smoke[block] = value
    assert any(line.startswith(f"params.yaml: {block}") for line in problems(smoke))


NESTED = ["grid: " + "[" * 5000, "grid: " + "[" * 5000 + "]" * 5000, "a: " + "{a: " * 5000]


@pytest.mark.parametrize("text", ["a: [1", "- 1", "", "a: 1\na: 2", "\x00", *NESTED])
def test_a_file_that_is_no_mapping_of_blocks_or_nested_too_deep_is_refused(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ParamsError, match=r"params\.yaml"):
        read_params(path)


def test_exponents_are_numbers_as_they_are_for_dvc(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("lr: 1e-3")
    assert read_params(path) == {"lr": 1e-3}


def test_a_view_holds_the_declared_blocks_alone():
    raw = {"a": {"b": {"c": 1}, "d": 2}, "e": 3}
    assert view(raw, ["a.b", "e"]) == {"a.b": {"c": 1}, "e": 3}
    with pytest.raises(ParamsError, match=r"a\.x: missing"):
        view(raw, ["a.x"])


def test_blocks_with_defaults_alone_may_be_empty_and_what_is_missing_says_so(smoke):
    smoke |= {"compute": {}, "masking": {}}
    params = validate(smoke)
    assert params.compute.threads == 1
    assert params.masking == Masking()
    del smoke["compute"], smoke["masking"], smoke["training"]
    said = ["compute: missing; compute: {} will do", "masking: missing; masking: {} will do", "training: missing"]
    assert problems(smoke) == [f"params.yaml: {line}" for line in said]


def test_dvc_reads_no_other_file_than_it_compares(tmp_path, monkeypatch):
    path = tmp_path / "other.yaml"
    path.write_text("a: 1")
    monkeypatch.setenv("SMOOT_PARAMS", str(path))
    assert read_params(path) == {"a": 1}
    monkeypatch.setenv("DVC_STAGE", "train")
    with pytest.raises(ParamsError, match=r"SMOOT_PARAMS: .*DVC compares"):
        read_params(path)


def test_nothing_is_compared_where_all_panels_are_of_validation_images(smoke):
    smoke["panels"]["tiny"]["split"] = "val"
    smoke["report"]["primary"] = {"methods": ["smoot"], "metrics": ["test_accuracy"]}
    assert any("report.primary." in line for line in problems(smoke))


def test_an_attribution_that_is_a_list_is_refused_in_a_line(smoke):
    panel = next(iter(smoke["panels"]))
    smoke["panels"][panel]["attributions"]["mine"] = {"attribution": ["gradient"], "of": "baseline"}
    (line,) = problems(smoke)
    assert line.startswith(f"params.yaml: panels.{panel}.attributions.mine")
