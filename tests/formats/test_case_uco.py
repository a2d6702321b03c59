"""CASE/UCO: what is written, never content, and the same each time."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.arriving import ARRIVALS, MOMENTS, NOW

from vaern.arrivals import Account, Arrival, File, IpEvent, Location
from vaern.formats.case_uco import Assessed, DateError, write
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORT_ID = uuid.UUID("7d4c1f52-0b1f-4c1c-9d8a-222222222222")
FULL = Arrival(
    "cybertipline",
    offence="material",
    incident_at=NOW,
    narrative="Words of the sender.",
    locations=(Location("https://files.example/1", ip="192.0.2.7", seen_at=NOW), Location(ip="2001:db8::1")),
    files=(
        File(
            (Signal("sha256", bytes(range(32))), Signal("pdq", bytes(range(32)))),
            name="a.jpg",
            size=12,
            mime="image/jpeg",
            location=Location("https://files.example/2"),
        ),
        File(),
    ),
    accounts=(
        Account("suspect", "Photos", "u1", "nick", ip_events=(IpEvent("192.0.2.9", 4444, NOW), IpEvent("::1"))),
        Account("victim", "Photos", "child-account", "child-name", ("child@mail.example",)),
    ),
)
ASSESSED = (Assessed("Norland", "C", NOW, 0), Assessed("INTERPOL", "baseline", NOW))


def write_full(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "report_id": REPORT_ID,
        "organisation": "Hotline of Norland",
        "at": NOW,
        "assessed": ASSESSED,
        "handling": "TLP:AMBER",
    }
    return write(changes.pop("arrival", FULL), **(values | changes)).document


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


@pytest.mark.once
@settings(max_examples=25, deadline=None)
@given(arrival=ARRIVALS, at=MOMENTS, scheme=st.text(max_size=5), value=st.text(max_size=5))
def test_identifiers_are_unique_resolve_and_follow_from_the_report(
    arrival: Arrival, at: datetime, scheme: str, value: str
) -> None:
    assessed = [Assessed(scheme, value, at, n) for n in range(len(arrival.files))]
    first = write_full(arrival=arrival, at=at, assessed=assessed)
    assert first == write_full(arrival=arrival, at=at, assessed=assessed)
    graph = json.loads(first)["@graph"]
    made = [one["@id"] for one in nodes(graph) if "@type" in one and "@id" in one]
    assert len(made) == len(set(made))
    assert {one["@id"] for one in nodes(graph) if "@id" in one} == set(made)
    for one in nodes(graph):
        assert "uco-observable:dataPayload" not in one
        if one.get("@type") == "xsd:dateTime":
            assert datetime.fromisoformat(one["@value"]).tzinfo is not None
    other = json.loads(write_full(arrival=arrival, at=at, report_id=uuid.uuid4(), assessed=()))["@graph"]
    assert not set(made) & {one["@id"] for one in nodes(other) if "@type" in one and "@id" in one}


def test_of_a_victim_nothing_leaves_but_that_there_is_one() -> None:
    text = write_full().decode()
    assert "uco-victim:Victim" in text
    assert "child" not in text


def test_each_fact_has_its_place() -> None:
    text = write_full().decode()
    for fact in (
        "a.jpg",
        "https://files.example/1",
        "192.0.2.7",
        "192.0.2.9",
        ": 4444",
        "u1",
        "nick",
        "Norland:C",
        "INTERPOL:baseline",
        "TLP:AMBER",
        bytes(range(32)).hex(),
        "Words of the sender.",
    ):
        assert fact in text, fact


def test_a_moment_without_zone_is_refused() -> None:
    bare = NOW.replace(tzinfo=None)
    with pytest.raises(DateError):
        write_full(at=bare)
    with pytest.raises(DateError):
        write_full(arrival=msgspec.structs.replace(FULL, incident_at=bare))
