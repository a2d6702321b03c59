"""Which formats exist, which one a file is, and reading it: the room's front door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from vaern.formats import (
    csv_columns,
    csv_lists,
    findings_list,
    ncmec_hashes,
    nsrl,
    nsrl_text,
    stopncii,
    text,
    threatexchange,
    vics,
    vpdq,
)
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK, Junk
from vaern.formats.source import FormatError, Source
from vaern.formats.table import sniff_delimiter
from vaern.formats.undated import Undated

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from vaern.formats.csv_mappings import CsvMapping
    from vaern.records import Entry, Problem

    Reader = Callable[[Source, Mapping[str, str], Junk], Iterator[Entry | Problem]]


@dataclass(frozen=True)
class Format:
    """One format of hash list.

    Attributes:
        description: one line for a person.
        read: the reader: source, column mapping and junk to entries and problems.
    """

    description: str
    read: Reader


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": Format("one hexadecimal value a line, or the output of md5sum, sha1sum, sha256sum", text.read),
        "csv": Format("CSV with any columns (header by name, or a column mapping), INTERPOL ICSE", csv_lists.read),
        "vics": Format("Project VIC VICS JSON 1.1 to 2.0, hash sets and cases", vics.read),
        "ncmec": Format("NCMEC hash sharing v2, a page of entries as XML", ncmec_hashes.read),
        "stopncii": Format("StopNCII v1, pages of FetchHashes as JSON (adults; keep apart)", stopncii.read),
        "threatexchange-csv": Format("what ThreatExchange's tool writes as CSV", threatexchange.read_csv),
        "threatexchange-json": Format("Graph API threat_updates, pages as JSON", threatexchange.read_json),
        "vpdq": Format("frames of videos, as vPDQ publishes and ThreatExchange lists them", vpdq.read),
        "findings": Format("what `vaern hash --json` and `vaern scan` write, as JSON lines", findings_list.read),
        "nsrl": Format("NSRL RDS version 3, SQLite (known files)", nsrl.read),
        "nsrl-text": Format("NSRL RDS version 2, NSRLFile.txt (known files)", nsrl_text.read),
    }
)
"""Readable formats by name, in the order in which help and documentation show them."""

FEEDS = ("ncmec", "stopncii", "threatexchange-json")
"""Formats whose sources give an entry again when it was changed, under the same identifier."""


def detect_format(path: str | os.PathLike[str]) -> str:
    """The name of a list's format, by content first.

    Raises:
        FormatError: not a readable file, or no known format; the text says what was seen and which formats
        exist.
    """
    return _detect(Source.at(path), {})


def read_list(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the word that the user knows
    columns: Mapping[str, str] | None = None,
    mapping: CsvMapping | None = None,
    junk: Junk = KNOWN_JUNK,
) -> Reading:
    """Reads a hash list as a stream, in memory that does not grow with the file.

    A row that cannot be used is a `Problem`, and the rows after it still come. Where the file is cut short or
    damaged beyond reading on, everything before has been yielded, and one last `Problem` says where it
    stopped; so it is where the file says that more belongs to it, and where nothing could be loaded.

    Args:
        path: one regular file, plain or packed with gzip, bzip2, xz or as the only member of a zip.
        format: a name out of `FORMATS`; found by content if not given.
        columns: for CSV: column name to `records.ALL_KINDS`, `classification:SCHEME`, `id`, `source`, `recalled`,
            `quality` or `ignore`; for plain text, and tables of what is no hash: `{"hash": kind}`.
        mapping: for CSV, a saved one; `columns` overrule it.
        junk: values to refuse beside the rules of `formats.signals`.

    Returns:
        Entries and problems in the order of the file, counted.

    Raises:
        FormatError: at the call, before anything is yielded: the file cannot be read as a list at all.
    """
    return _read(Source.at(path), format, columns or {}, mapping, junk)


def read_for(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the word that the user knows
    columns: Mapping[str, str] | None = None,
    tables: CsvMapping,
) -> Reading:
    """Reads what a source sends, as `read_list`; a table by the mapping that was saved for its tables, by that alone.

    A table whose columns nobody knows has no look of its own: what is of no format is taken for one.

    Args:
        path, format, columns: see `read_list`; of what is no table.
        tables: how the source's tables are read.

    Raises:
        FormatError: as `read_list`.
    """
    source = Source.at(path)
    try:
        table = (format or _detect(source, {})) == "csv"
    except FormatError:
        table = True
    if table:
        return _read(source, None, {}, tables, KNOWN_JUNK)
    return _read(source, format, columns or {}, None, KNOWN_JUNK)


def _read(
    source: Source,
    told: str | None,
    columns: Mapping[str, str],
    mapping: CsvMapping | None,
    junk: Junk,
) -> Reading:
    columns = {**(mapping.columns if mapping else {}), **columns}
    name = told or ("csv" if mapping else _detect(source, columns))
    if name not in FORMATS:
        raise FormatError(f"{source.place.file}: no format is called {name!r}; there are {', '.join(FORMATS)}")
    if mapping and name != "csv":
        raise FormatError(f"{source.place.file}: a mapping is for CSV, and this is read as {name}")
    rows = FORMATS[name].read(source, columns, junk)
    reading = Reading(name, source.place, mapping.applied(rows) if mapping else rows)
    reading.undated = Undated() if name in FEEDS else None
    return reading


def read_bytes(data: bytes, name: str, *, format: str, junk: Junk = KNOWN_JUNK) -> Reading:  # noqa: A002
    """Reads a document that is in memory, as `read_list` reads a file.

    Args:
        data: the document, not packed.
        name: where it came from, as problems name it.
        format: a name out of `FORMATS`.
        junk: values to refuse beside the rules of `formats.signals`.

    Raises:
        FormatError: it is empty, or cannot be read as a list at all.
    """
    source = Source.of(data, name)
    reading = Reading(format, source.place, FORMATS[format].read(source, {}, junk))
    reading.undated = Undated() if format in FEEDS else None
    return reading


def read_lists(
    paths: Iterable[str | os.PathLike[str]],
    *,
    format: str | None = None,  # noqa: A002 - the word that the user knows
    columns: Mapping[str, str] | None = None,
    mapping: CsvMapping | None = None,
    junk: Junk = KNOWN_JUNK,
) -> list[Reading]:
    """Opens several files for one list, to be read one after another, each as by `read_list`.

    A page that says that another follows is no problem where a file of the same format comes after it. Pages of a feed
    are looked at together for entries without a time of change.

    Raises:
        FormatError: as `read_list`, of the first file that is none.
    """
    readings = [read_list(path, format=format, columns=columns, mapping=mapping, junk=junk) for path in paths]
    undated = {name: Undated() for name in FEEDS}
    for reading in readings:
        reading.undated = undated.get(reading.format)
    for reading, following in pairwise(readings):
        reading.followed = reading.format == following.format
    return readings


_FIRST_ROW = r"\s*\{[^{}\[\]]*"  # an array's first object, as far as the first array or object in it
_JSON = {
    "vics": (
        rf'"@?odata\.(?:context|metadata)"\s*:|"(?:value|Media)"\s*:\s*\[?{_FIRST_ROW}"(?:MD5|MediaID|CaseID)"\s*:'
    ),
    "stopncii": r'"hashRecords"\s*:',
    "threatexchange-json": rf'"(?:threat_updates|data)"\s*:\s*\[{_FIRST_ROW}"(?:indicator|should_delete)"\s*:',
}
"""What the head of a JSON list holds, by format."""


_SQL = re.compile(
    r"(?:--[^\n]*\n\s*)*"
    r"(?:BEGIN(?: TRANSACTION)?;|PRAGMA \w|CREATE (?:TABLE|INDEX|VIEW) |INSERT (?:OR \w+ )?INTO |DELETE FROM )",
    re.IGNORECASE,
)


def _detect(source: Source, columns: Mapping[str, str]) -> str:
    head = source.head_text().lstrip()
    name: str | None = None
    if source.head.startswith(nsrl.MAGIC):
        name = "nsrl"
    elif vpdq.looks_like(head):
        name = "vpdq"
    elif findings_list.looks_like(head):
        name = "findings"
    elif head.startswith(("{", "[")):
        name = next((name for name, pattern in _JSON.items() if re.search(pattern, head, re.IGNORECASE)), None)
    elif head.startswith("<"):
        name = (
            "ncmec" if re.search(r"<(?:\w+:)?queryResult\b", head, re.IGNORECASE) and "<!DOCTYPE" not in head else None
        )
    elif not _is_binary(head) and not _SQL.match(head):
        name = _detect_rows(source, head, columns)
    if name is None and text.told_kind(columns) and not _is_binary(head):  # a keyword may begin like any format
        name = "text"
    if name is None:
        raise FormatError(
            f"{source.path}: no known format of hash list: {_seen(source, head)}. "
            f"Known: {', '.join(FORMATS)}. Name one if you know better"
        )
    return name


def _detect_rows(source: Source, head: str, columns: Mapping[str, str]) -> str | None:
    first = csv_columns.first_row(source, sniff_delimiter(head))
    if tuple(first) == nsrl_text.HEADER:
        return "nsrl-text"
    if (threatexchange.is_header(first) and not columns) or threatexchange.is_cache_row(first):
        return "threatexchange-csv"
    if csv_columns.is_header(first, columns, text.told_kind(columns, first)):
        return "csv"
    if set(columns) == {"hash"} or text.looks_like(head):
        return "text"
    return "csv" if len(first) > 1 else None


def _is_binary(head: str) -> bool:
    """Whether a head is no text at all; a NUL in some cell makes no list binary."""
    found = head.count("\0")
    return found * 20 > len(head) or (found > 0 and "\ufffd" in head[:64])


def _seen(source: Source, head: str) -> str:
    if head.startswith("<"):
        return "XML or HTML that is no answer of NCMEC's hash sharing (or has a DTD, which is never read)"
    if head.startswith(("{", "[")):
        return "JSON without the keys of any list"
    if _SQL.match(head):
        return "SQL; a delta of the NSRL is applied to its database (`sqlite3 RDS.db < delta.sql`), and that is read"
    if _is_binary(head) or "\ufffd" in head[:64]:
        return f"binary data that begins with the bytes {source.head[:8].hex(' ')}"
    return f"text that begins with {head[:40]!r}"
