"""What an examiner said beside a category: nothing of what was sent, all that is other, whatever the document."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from vaern.formats import vics
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK
from vaern.formats.source import Place
from vaern.formats.vics_model import COLLECTIONS, MEDIA
from vaern.formats.vics_repeats import FLAGS
from vaern.formats.vics_write import Document, write
from vaern.node.casework.workstations.said import (
    LONGEST_TEXT,
    METADATA,
    MOST_KEPT,
    alike,
    has_further_hashes,
    kept_of,
    named,
    overlaid,
    said_of,
)
from vaern.records import Entry, Signal

MD5, SHA1 = Signal("md5", bytes(range(16))), Signal("sha1", bytes(range(20)))
OWN = {"Series": "series", **FLAGS}
TEXTS = st.text('abc 1[]{}":,é', min_size=1, max_size=8).map(str.strip).filter(bool)
NAMES = st.one_of(
    st.sampled_from([one for one in MEDIA if one not in {"MediaID", "MD5", "SHA1", "PhotoDNA", "Category", *OWN}]),
    st.text("abcXYZ ", min_size=3, max_size=6).map(str.strip).filter(lambda one: one.lower() not in vics.NAMES and one),
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "series": st.sampled_from(["One", "Two"]),
        "victim_identified": st.booleans(),
        "offender_identified": st.booleans(),
        "distributed": st.booleans(),
    },
)
ENTRIES = st.builds(
    lambda extra, fields, graded: Entry("e", (MD5,), graded and "2", graded, extra=extra, **fields),
    st.dictionaries(NAMES, TEXTS, max_size=4),
    FIELDS,
    st.sampled_from([None, "VICS 2.0 UK", "VICS 2.0 US", "VICS 1.3"]),
)
DOCUMENTS = st.sampled_from([Document("2.0", "UK"), Document("2.0", "US"), Document("2.0", "UK", of_cases=True)])
NOT_COUNTED = {"MediaID", "IsPrecategorized", "PrecategorizationSource", "CaseID", "CaseNumber"}


def _back(entry: Entry, document: Document) -> Entry:
    data, place = b"".join(write([entry], document)), Place("VICS")
    (row,) = Reading("vics", place, vics.read_bytes(data, place, KNOWN_JUNK))
    assert isinstance(row, Entry), row
    return row


@given(sent=ENTRIES, first=DOCUMENTS, there=DOCUMENTS)
def test_what_was_sent_and_comes_back_says_nothing(sent: Entry, first: Document, there: Document) -> None:
    """Also after a workstation read it and wrote it anew, with further things of its own that are no field."""
    back = _back(_back(sent, first), first)
    assert said_of(back, sent) == {}
    assert not has_further_hashes(back, sent)


@given(sent=ENTRIES, fields=FIELDS, extra=st.dictionaries(NAMES, TEXTS, max_size=3), document=DOCUMENTS)
def test_all_that_is_other_is_said(
    sent: Entry, fields: dict[str, Any], extra: dict[str, str], document: Document
) -> None:
    read = _back(sent, document)
    edited = msgspec.structs.replace(read, extra={**read.extra, **extra}, **fields)
    back = _back(edited, document)
    before = {**sent.extra, **{name: getattr(sent, field) for name, field in OWN.items()}}
    values = {**extra, **{name: fields[field] for name, field in OWN.items() if field in fields}}
    words = {True: "true", False: "false"}
    wanted = {name: words.get(value, value) for name, value in values.items() if before.get(name) != value}
    found = said_of(back, sent)
    assert found == {name: text for name, text in wanted.items() if name not in NOT_COUNTED}


@given(sent=ENTRIES, fields=FIELDS, extra=st.dictionaries(NAMES, TEXTS, max_size=3), document=DOCUMENTS)
def test_what_is_kept_goes_out_again_and_comes_back_as_it_was(
    sent: Entry, fields: dict[str, Any], extra: dict[str, str], document: Document
) -> None:
    """A no beside a yes of the record is the exception: the yes goes out, so that nothing is said against it."""
    read = _back(sent, document)
    edited = msgspec.structs.replace(read, extra={**read.extra, **extra}, **fields)
    kept = kept_of(said_of(_back(edited, document), sent))
    assert not kept.keys() & {*COLLECTIONS, *NOT_COUNTED, "MediaSize", "MimeType", "RelativeFilePath", "DateUpdated"}
    again = kept_of(said_of(_back(overlaid(sent, kept), document), sent))
    stays = {name for name, field in FLAGS.items() if getattr(sent, field) and kept.get(name) == "false"}
    assert again == {name: text for name, text in kept.items() if name not in stays}


@given(said=st.dictionaries(st.text("ab", min_size=1, max_size=2), st.integers(1, LONGEST_TEXT * 2).map("x".__mul__)))
def test_what_is_kept_has_bounds(said: dict[str, str]) -> None:
    many = {**said, **{f"Field {n}": "made up" for n in range(MOST_KEPT)}}
    kept = kept_of(many)
    assert kept.items() <= many.items()
    assert len(kept) == MOST_KEPT
    assert max(map(len, kept.values())) <= LONGEST_TEXT


@given(said=st.dictionaries(st.integers(0, 9), st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"))))
def test_what_is_said_alike_is_taken_together(said: dict[int, dict[str, str]]) -> None:
    together = alike(range(10), said)
    assert {key: words for words, keys in together for key in keys} == {n: said.get(n, {}) for n in range(10)}
    assert len({tuple(sorted(words.items())) for words, _keys in together}) == len(together)


def test_metadata_is_said_by_its_property_and_a_hash_that_is_news_is_told() -> None:
    sent = Entry("e", (MD5,), extra={"Comments": "file #1, #2", "Tags": "vaern:new", "Match 1": "a list"})
    back = _back(sent, Document("2.0", "UK"))
    more = '[{"PropertyName":"Match 1","PropertyValue":"older"},{"PropertyName":"Place","PropertyValue":7}]'
    said = {**back.extra, METADATA: more, "Tags": "vaern:known", "Comments": "file #1"}
    medium = msgspec.structs.replace(back, extra=said, signals=(MD5, SHA1))
    assert said_of(medium, sent) == {"Place": "7"}
    assert has_further_hashes(medium, sent)
    no_list = msgspec.structs.replace(back, extra={METADATA: "[7"})
    assert said_of(no_list, sent) == {METADATA: "[7"}
    assert [named(one) for one in ("Comments (2)", "a\nb", "x" * 61, *COLLECTIONS[:1])] == [
        "Comments",
        "",
        "",
        "AlternativeHashes",
    ]
