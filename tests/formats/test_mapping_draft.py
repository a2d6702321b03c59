"""Mappings out of choices and samples: what is chosen is read, and nothing is lost on the way back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.arriving import NOW

from vaern.formats.mapped import read
from vaern.formats.mapping import Field, Group, Mapping, faults_of
from vaern.formats.mapping_draft import SLOTS, Choice, Choices, choices_of, draft_of, fields_of
from vaern.formats.samples import MAX_PLACES, sample_of
from vaern.formats.trees import Shape, found, steps_of, trees

if TYPE_CHECKING:
    from vaern.arrivals import Fault

SAMPLE = {
    "agency": "Portal of Nordmark",
    "cases": [
        {
            "no": "N-17",
            "kind": 4,
            "links": ["https://chat.example/1", "https://chat.example/2"],
            "suspects": [{"nick": "grey", "logins": [{"addr": "192.0.2.7", "port": 40123}]}, {"nick": "red"}],
            "pictures": [{"hash": "0cc175b9c0f1b6a831c399e269772661", "size": "17"}],
        },
        {"no": "N-18", "kind": 1},
    ],
}
CHOICES = Choices(
    "json",
    "cases",
    (
        Choice("no", "report", "reference"),
        Choice("kind", "report", "offence", {"4": "enticement", "1": "material"}),
        Choice("/agency", "report", "contact"),
        Choice("links", "locations", "url"),
        Choice("suspects/nick", "suspect", "screen_name"),
        Choice("suspects/logins/addr", "suspect.ip_events", "ip"),
        Choice("suspects/logins/port", "suspect.ip_events", "port"),
        Choice("pictures/hash", "files", "md5"),
        Choice("pictures/size", "files", "size"),
    ),
)


def test_choices_on_a_sample_make_a_mapping_that_reads_it() -> None:
    sample = sample_of(json.dumps(SAMPLE).encode(), "json")
    assert sample.at == "cases"
    assert {place.path for place in sample.places} >= {one.path for one in CHOICES.fields}
    several = frozenset(place.path for place in sample.places if place.several)
    mapping, faults = draft_of(CHOICES, several)
    assert faults == ()
    assert not list(faults_of(mapping))
    first, second = read(json.dumps(SAMPLE).encode(), mapping, now=NOW)
    assert first.arrival is not None
    assert second.arrival is not None
    arrival = first.arrival
    assert (arrival.reference, arrival.offence, arrival.contact) == ("N-17", "enticement", "Portal of Nordmark")
    assert [place.url for place in arrival.locations] == ["https://chat.example/1", "https://chat.example/2"]
    assert [(one.role, one.screen_name, len(one.ip_events)) for one in arrival.accounts] == [
        ("suspect", "grey", 1),
        ("suspect", "red", 0),
    ]
    assert (arrival.accounts[0].ip_events[0].port, arrival.files[0].size) == (40123, 17)
    assert (arrival.unknown, first.faults, second.faults) == ((), (), ())


PATHS = st.lists(st.sampled_from(["a", "b", "c~1"]), min_size=1, max_size=3).map("/".join)
CHOSEN = st.sampled_from(sorted(SLOTS)).flatmap(
    lambda slot: st.builds(
        Choice, path=PATHS | PATHS.map("/{}".format), slot=st.just(slot), to=st.sampled_from(fields_of(slot))
    )
)


@pytest.mark.once
@given(
    fields=st.lists(CHOSEN, max_size=8, unique_by=lambda one: (one.slot, one.to)),
    several=st.frozensets(PATHS),
    starts=st.dictionaries(st.sampled_from(sorted(set(SLOTS) - {"report"})), st.just(".") | PATHS, max_size=3),
)
@settings(max_examples=200)
def test_what_choices_make_is_a_mapping_and_gives_the_choices_back(
    fields: list[Choice], several: frozenset[str], starts: dict[str, str]
) -> None:
    choices = Choices("json", "x", tuple(fields), starts)
    mapping, faults = draft_of(choices, several)
    assert not list(faults_of(mapping))
    again = choices_of(mapping)
    assert again is not None
    assert draft_of(again) == (mapping, ())
    assert set(map(str, again.fields)) <= set(map(str, choices.fields))
    assert faults or len(again.fields) == len(choices.fields)  # what is left out is told


def test_what_choices_cannot_say_is_none() -> None:
    twice = (Group("locations", "a", (Field("url", "."),)), Group("locations", "b", (Field("url", "."),)))
    assert choices_of(Mapping("json", Group("report", ".", (), twice))) is None
    assert choices_of(Mapping("json", Group("report", ".", (Field("offence", value="material"),)))) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc/~"), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.once
@given(value=VALUES, at=st.none() | PATHS)
@settings(max_examples=150)
def test_each_place_of_a_sample_is_there_and_nothing_is_left_out(value: Any, at: str | None) -> None:
    document = json.dumps(value).encode()
    sample = sample_of(document, "json", at)
    roots = [root.part for root in trees(document, "json") if root.part is not None]
    tops = [part for root in roots for part in found(root, steps_of(sample.at))]
    for place in sample.places:
        starts = roots if place.path.startswith("/") else tops
        there = [part for start in starts for part in found(start, steps_of(place.path))]
        assert there
        assert set(place.words) <= {part.text for part in there}
    texts = {part.text for top in tops for part in _below(top)}
    assert texts <= {word for place in sample.places if not place.path.startswith("/") for word in place.words} | {""}


def _below(part: Any) -> list[Any]:
    return [part, *(each for one in part.below for each in _below(one))]


@given(data=st.binary(max_size=60), shape=st.sampled_from(get_args(Shape)), at=st.none() | PATHS)
def test_any_bytes_are_a_sample_or_faults(data: bytes, shape: Shape, at: str | None) -> None:
    faults: tuple[Fault, ...] = sample_of(data, shape, at).faults
    assert all(isinstance(fault.said, str) for fault in faults)


@pytest.mark.once
def test_a_sample_of_many_names_has_a_bound() -> None:
    document = json.dumps({str(number): {"x": 1} for number in range(20_000)}).encode()
    sample = sample_of(document, "json")
    assert (len(sample.places), len(sample.starts), sample.more) == (MAX_PLACES, MAX_PLACES, True)
