"""Feedback to a source, as a file: what an organisation found of a source's entries, in a form of ours.

For sources that take no opinions over a connection: whoever keeps the list sends the file. As JSON it holds all that is
said; as CSV one row a hash. No words and no media; what it says of whom is in `docs/reference/feedback-files.md`.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

import msgspec

from vaern.formats.csv_write import CsvWriter
from vaern.formats.signals import render
from vaern.formats.spellings import spellings

if TYPE_CHECKING:
    from vaern.records import Entry

FORMAT = "vaern-feedback/1"
HEADER = ("Entry", "Opinion", "Why", "Kind", "Hash")


class Hash(msgspec.Struct, frozen=True, kw_only=True):
    """A hash of an entry: its kind, and its value as the source wrote it."""

    kind: str
    value: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of an entry.

    Attributes:
        entry: its id at the source.
        opinion: whether it belongs on the list.
        why: the code of why it does not; empty where people of the organisation viewed the file and voted, or where an
            earlier no is taken back.
        hashes: of the entry.
    """

    entry: str
    opinion: Literal["positive", "negative"]
    why: str
    hashes: tuple[Hash, ...]


class FeedbackFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of feedback.

    Attributes:
        format: `FORMAT`.
        list: as its publisher calls it, where that is known.
        release: of which signed release the list is; None for another source.
        organisation: who says it.
        country: its country, two letters of ISO 3166-1; empty where it has none.
        at: when, ISO 8601 in UTC.
        said: of each entry.
    """

    format: str = FORMAT
    list: str
    release: int | None
    organisation: str
    country: str
    at: str
    said: tuple[Said, ...]


def hashes_of(entry: Entry) -> tuple[Hash, ...]:
    """Return the hashes of an entry, as its source wrote them."""
    written = spellings(entry)
    return tuple(Hash(kind=one.kind, value=render(one, written.get(one, ""))) for one in entry.signals)


def to_json(file: FeedbackFile) -> bytes:
    """Return a file of feedback as JSON."""
    return msgspec.json.encode(file)


def to_csv(file: FeedbackFile) -> bytes:
    """Return a file of feedback as CSV (RFC 4180): one row a hash, under `HEADER`."""
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    writer.row(HEADER)
    for one in file.said:
        for kind, value in [(found.kind, found.value) for found in one.hashes] or [("", "")]:
            writer.row((one.entry, one.opinion, one.why, kind, value))
    return out.getvalue().encode()
