"""Every part that a report can have is called something that people read."""

from __future__ import annotations

import typing

import msgspec

from vaern.arrivals import Arrival
from vaern.node.reports.export import labels
from vaern.records import Signal


def fields_of(kind: type) -> set[str]:
    found = set()
    for field in msgspec.structs.fields(kind):
        inner = [one for one in (field.type, *typing.get_args(field.type)) if isinstance(one, type)]
        below = [one for one in inner if issubclass(one, msgspec.Struct) and one is not Signal]
        found |= set().union(*map(fields_of, below)) if below else {field.name}
    return found


def test_each_part_has_words_and_no_word_is_of_nothing() -> None:
    fields = fields_of(Arrival) - {"document"}
    assert set(labels.FIELDS) == fields
    assert fields >= labels.PERSONAL
    assert labels.words_of("accounts[].ip_events[].ip") == "Account: IP addresses"
    assert labels.words_of("files[].location.url") == "Place of a file: web address"
    assert labels.words_of("unknown").startswith("Report: ")
