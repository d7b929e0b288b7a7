"""A panel on one model: what is scored, and how often."""

from builders import make_machine
from subjects import subject

from smoot.scoring import stage
from smoot.scoring.params import Panel


def test_a_metric_of_the_model_is_scored_once_and_the_others_by_attribution():
    panel = Panel(
        images=6,
        attributions={"gradient": {}, "random": {}},
        metrics={"sparseness": {}, "moved": {"metric": "shortcut_reliance"}, "shortcut_mass": {}},
    )
    of = subject(size=6)
    records, maps = stage.score(of, panel, make_machine(), "it")
    assert [(record["attribution"], record["metric"]) for record in records] == [
        ("", "moved"),
        ("gradient", "sparseness"),
        ("gradient", "shortcut_mass"),
        ("random", "sparseness"),
        ("random", "shortcut_mass"),
    ]
    assert records[0]["component"] == "shortcut_reliance"
    assert list(maps) == ["gradient", "random"]
    assert (maps["gradient"] == of.maps).all()
    assert (maps["random"] != of.maps).any()
