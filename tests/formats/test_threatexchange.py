"""ThreatExchange: the CSV of its tool, its older files without a header, and what its JSON says of an indicator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.formats import FormatError, threatexchange

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = ("signal_type", "signal_str", "collab", "category", "tags")
ROWS = [
    ("pdq", digest(1, "pdq"), "Sample Signals", "INVESTIGATION_SEED", "a b"),
    ("video_md5", digest(2), "Sample Signals", "POSITIVE_CLASS", ""),
    ("raw_text", "bball now?", "Sample Signals", "NEGATIVE_CLASS", ""),
    ("video_sha256", digest(3, "sha256"), "Sample Signals", "NEGATIVE_CLASS", ""),
]


def dataset(order: Iterable[int]) -> str:
    """What `threatexchange dataset -P --csv` writes, with the columns in this order."""
    order = list(order)
    return "".join(",".join(row[at] for at in order) + "\r\n" for row in (COLUMNS, *ROWS))


@given(st.permutations(range(5)))
def test_what_the_tool_of_threatexchange_writes_is_read_in_any_order_of_columns(order: list[int]) -> None:
    entries, problems = read(dataset(order))
    assert [(e.signals[0].kind, e.opinions, e.source) for e in entries] == [
        ("pdq", {"Sample Signals": "unsure"}, "Sample Signals"),
        ("md5", {"Sample Signals": "positive"}, "Sample Signals"),
        ("sha256", {"Sample Signals": "negative"}, "Sample Signals"),
    ]
    assert (entries[0].extra["category"], entries[0].extra["tags"]) == ("INVESTIGATION_SEED", "a b")
    assert [(p.line, "'raw_text'" in p.reason) for p in problems] == [(4, True)]
    assert all(entry.classification is None for entry in entries)


def test_a_csv_that_is_not_of_that_tool_is_told_what_it_lacks() -> None:
    for content in ("signal_type,value,collab\npdq,x,y\n", "a,b\n1,2\n"):
        with pytest.raises(FormatError, match="no column signal_str") as refusal:
            read(content, "threatexchange-csv")
        assert repr(content.partition(",")[0]) in str(refusal.value)


def test_a_mapping_makes_it_a_csv_of_any_kind() -> None:
    entries, _ = read(dataset(range(5)), columns={"signal_str": "pdq", "signal_type": "ignore"})
    assert [entry.signals[0].kind for entry in entries] == ["pdq", "pdq"]  # one of them is a SHA-256


@pytest.mark.parametrize(("kind", "name"), [("pdq", "pdq.csv"), ("pdq", "simple.HASH_PDQ.te"), ("md5", "x.csv")])
@pytest.mark.parametrize("indicator", ["", "99,"])
def test_its_older_files_say_the_kind_in_their_name(kind: str, name: str, indicator: str) -> None:
    rows = [f"{indicator}{digest(n, kind)},{n}17,2020-07-31T18:47:52+0000,disputed sample\n" for n in (1, 2)]
    entries, problems = read("".join(rows), name=name)
    assert problems == []
    assert [(e.id, e.signals[0].kind, e.extra["labels"]) for e in entries] == [
        ("117", kind, "disputed sample"),
        ("217", kind, "disputed sample"),
    ]


def test_without_such_a_name_it_asks() -> None:
    row = f"{digest(1, 'pdq')},17,2020-07-31T18:47:52+0000,\n"
    with pytest.raises(FormatError, match="'signal'"):
        read(row)
    assert len(read(row, "threatexchange-csv", columns={"signal": "pdq"})[0]) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("HASH_PDQ", "pdq"),
        ("HASH_MD5", "md5"),
        ("HASH_VIDEO_MD5", "md5"),
        ("HASH_VIDEO_SHA256", "sha256"),
        ("HASH_TMK", "tmk"),
        ("HASH_URL_MD5", None),
        ("url_md5", None),
        ("HASH_PDQ_OCR", None),
        ("URI", None),
        ("HASH_TEXT_TLSH", None),
        ("photodna", "pdna"),
    ],
)
def test_signal_types(name: str, kind: str | None) -> None:
    assert threatexchange.kind_of_type(name) == kind


@pytest.mark.parametrize("tombstone", [{"should_delete": True}, {"should_delete": "true"}, {"should_delete": False}])
def test_a_tombstone_is_marked_or_has_no_descriptors(tombstone: dict[str, object]) -> None:
    update = {"id": "1", "indicator": digest(1), "type": "HASH_MD5", **tombstone}
    (entry,), problems = read(json.dumps({"data": [update]}))
    assert (entry.id, entry.recalled, problems) == ("1", True, [])


def test_opinions_of_one_owner_that_differ_are_unsure() -> None:
    descriptors = [{"owner": {"id": "7"}, "status": status} for status in ("MALICIOUS", "NON_MALICIOUS")]
    update = {"id": "1", "indicator": digest(1), "type": "HASH_MD5", "descriptors": {"data": descriptors}}
    assert read(json.dumps({"data": [update]}))[0][0].opinions == {"7": "unsure"}
