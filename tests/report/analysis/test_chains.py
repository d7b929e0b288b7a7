"""Variants of one component in the order of the number in which they differ."""

from made_up import run_record

from smoot.report.analysis.chains import chains


def found(components, entries):
    return chains({name: run_record(name, component=component) for name, component in components.items()}, entries)


def test_variants_stand_in_the_order_of_their_number():
    entries = {"sgt": {"k": 0.5}, "sgt_k90": {"method": "sgt", "k": 0.9}, "sgt_k10": {"method": "sgt", "k": 0.1}}
    assert found(dict.fromkeys(entries, "sgt"), entries) == [["sgt_k10", "sgt", "sgt_k90"]]


def test_what_differs_in_more_than_one_option_is_not_joined():
    entries = {"sgt": {"k": 0.5}, "other": {"method": "sgt", "k": 0.9, "masking": {"ranking": "random"}}}
    assert found(dict.fromkeys(entries, "sgt"), entries) == []


def test_an_override_can_be_what_is_varied():
    entries = {"a": {"training": {"lr": 0.1}}, "b": {"method": "a", "training": {"lr": 0.01}}}
    assert found(dict.fromkeys(entries, "a"), entries) == [["b", "a"]]


def test_two_numbers_that_are_varied_make_two_chains():
    entries = {
        "one": {"k": 1, "weight": 1},
        "k": {"method": "one", "k": 2, "weight": 1},
        "weight": {"method": "one", "k": 1, "weight": 2},
    }
    assert found(dict.fromkeys(entries, "one"), entries) == [["one", "k"], ["one", "weight"]]


def test_numbers_that_rise_or_fall_together_make_one_chain_of_strengths():
    entries = {
        "mild": {"k": 0.1, "weight": 0.5, "tau": 3},
        "strong": {"method": "mild", "k": 0.7, "weight": 1, "tau": 1},
        "middle": {"method": "mild", "k": 0.3, "weight": 1, "tau": 2},
    }
    assert found(dict.fromkeys(entries, "mild"), entries) == [["mild", "middle", "strong"]]


def test_methods_of_different_components_and_booleans_are_not_joined():
    assert found({"a": "a", "b": "b"}, {"a": {"k": 1}, "b": {"k": 2}}) == []
    assert found({"a": "a", "b": "a"}, {"a": {"k": False}, "b": {"method": "a", "k": True}}) == []


def test_another_draw_is_no_strength():
    entries = {"sgt": {"k": 0.5}, "again": {"method": "sgt", "k": 0.5, "draw": 1}, "more": {"method": "sgt", "k": 0.9}}
    runs = {name: run_record(name, component="sgt", draw=entry.get("draw", 0)) for name, entry in entries.items()}
    assert chains(runs, entries) == [["sgt", "more"]]
