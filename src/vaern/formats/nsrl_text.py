"""NIST's NSRL reference data set, version 2: `NSRLFile.txt`.

Header: `"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"` (research:
`formats.md`, (g)). The id is the SHA-1. Files with the special code `M` are marked as malicious by NIST: they
are reported and not loaded, since the list is used as one of known-good files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.formats.draft import Draft
from vaern.formats.nsrl import MALICIOUS, MALICIOUS_SAID, SOURCE
from vaern.formats.table import cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Problem

HEADER = ("SHA-1", "MD5", "CRC32", "FileName", "FileSize", "ProductCode", "OpSystemCode", "SpecialCode")


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads `NSRLFile.txt`; see the module."""
    place = source.place
    previous: list[str] = []
    for place.line, row in cells(source.text(), ","):
        if isinstance(row, str):
            yield place.problem(row)
        elif len(row) != len(HEADER):
            if any(row):
                yield place.problem(f"{len(row)} cells where {len(HEADER)} were expected; it was passed over")
        elif row[-1].strip().upper() == MALICIOUS:
            yield place.problem(MALICIOUS_SAID)
        elif tuple(row) != HEADER and row[:2] != previous:  # one row for each product that holds the file
            previous = row[:2]
            yield from _entry(row, Draft(place, junk))


def _entry(row: list[str], draft: Draft) -> Iterator[Entry | Problem]:
    sha1, md5 = row[0].strip(), row[1].strip()
    entry_id = ""
    for kind, value in (("sha1", sha1), ("md5", md5)):
        if value and draft.add(kind, value):
            entry_id = entry_id or value.lower()
    for name, cell in zip(HEADER[2:], row[2:], strict=True):
        draft.keep(name, cell)
    return draft.finish(entry_id or str(draft.place.line), source=SOURCE)
