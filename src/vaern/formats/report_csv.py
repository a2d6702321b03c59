"""Reports as CSV: one line a report, answered line by line.

Columns are known by their names in the first line, in any order and spelling of case and signs. The hotline software
SCART writes `URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE` (research: `formats.md`, (f)). What other columns say is
kept in `unknown`. The delimiter is found; the encoding is UTF-8, UTF-16 or UTF-32 by its mark, else UTF-8, and
Windows-1252 where it is not valid as that, which is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from vaern.arrivals import Arrival, Fault, File, Location, Offence, Read
from vaern.faults import Said, say
from vaern.formats.cybertipline_rules import SKEW, is_address, is_url
from vaern.formats.signals import Refused, parse
from vaern.formats.source import encoding_of
from vaern.formats.table import cells, sniff_delimiter
from vaern.formats.xarf import any_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from vaern.records import Signal

MAX_BYTES = 10 << 20
MAX_ROWS = 10_000
"""Reports of one document."""

COLUMNS = {
    "url": "url",
    "referer": "referer",
    "referrer": "referer",
    "workuseremail": "contact",
    "contact": "contact",
    "reference": "reference",
    "kind": "kind",
    "seenat": "seen_at",
    "ip": "ip",
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "pdq": "pdq",
    "note": "note",
}
"""What a column means, by its name in lower case without signs."""

_SIGNALS = ("md5", "sha1", "sha256", "pdq")
_SAYS = frozenset({"url", "ip", "note", *_SIGNALS})
"""Columns of which a line must fill one to be a report."""
_OFFENCES = frozenset(get_args(Offence))


def column_of(name: str) -> str:
    """What a column of this name means; "" if it is not known."""
    return COLUMNS.get(re.sub(r"[^a-z0-9]", "", name.lower()), "")


def read(data: bytes, *, now: datetime) -> list[Read]:
    """Reads a document; never raises on any bytes. One `Read` a line with text, `line` is its number in the file."""
    if len(data) > MAX_BYTES:
        return [_refused(0, "", say("document_bytes", most=MAX_BYTES))]
    text, odd = decoded(data)
    rows = _rows(text)
    header: list[str] = []
    names: list[str] = []
    found: list[Read] = []
    for line, row in rows:
        if isinstance(row, str):
            found.append(_refused(line, f"line {line}", say("other", text=row)))
        elif not any(cell.strip() for cell in row):
            continue
        elif not header:
            header, names = [cell.strip() for cell in row], [column_of(cell) for cell in row]
            if not _SAYS & set(names):
                return [_refused(line, f"line {line}", say("names_no_column", values=", ".join(sorted(_SAYS))))]
        else:
            found.append(_row(line, row, header, names, now))
        if len(found) > MAX_ROWS:
            found[-1] = _refused(line, f"line {line}", say("lines", most=MAX_ROWS))
            break
    if not found:
        return [_refused(0, "", say("no_line"))]
    if odd:
        first = found[0]
        told = Fault("", say("windows_1252"), fatal=False)
        found[0] = Read(first.arrival, (*first.faults, told), first.line)
    return found


def rows_of(data: bytes) -> Iterator[tuple[int, list[str] | str]]:
    """The rows of a document as `read` sees them: the number of its line, and its cells or why it has none."""
    return _rows(decoded(data)[0])


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    return cells([text], sniff_delimiter(text[:65536]))


def decoded(data: bytes) -> tuple[str, bool]:
    """The text of a table, and whether its encoding had to be guessed."""
    encoding, mark = encoding_of(data[:4])
    if mark:
        return data[mark:].decode(encoding, "replace"), False
    try:
        return data.decode(), False
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), True


def _refused(line: int, path: str, said: Said) -> Read:
    return Read(None, (Fault(path, said),), line)


def _row(line: int, row: Sequence[str], header: Sequence[str], names: Sequence[str], now: datetime) -> Read:
    values, unknown = _values(row, header, names)
    if not _SAYS & values.keys():
        return _refused(line, f"line {line}", say("fills_no_column", values=", ".join(sorted(_SAYS))))
    moment = any_moment(values.get("seen_at", ""))
    signals: list[Signal] = []
    said = list(_wrong(values, moment, now))
    for name in _SIGNALS:
        try:
            signals += [parse(name, values[name])[0]] if name in values else []
        except Refused as refusal:
            said.append((name, refusal.what))
            unknown.append((name, values[name]))
    if len(row) > len(header):
        said.append((str(len(header) + 1), say("more_cells")))
    kind = next((one for one in get_args(Offence) if one == values.get("kind")), None)
    unknown += [("kind", values["kind"])] if "kind" in values and kind is None else []
    unknown += [("seen_at", values["seen_at"])] if "seen_at" in values and moment is None else []
    unknown += [("referer", values["referer"])] if "referer" in values else []
    place = Location(values.get("url", ""), ip=values.get("ip", ""), seen_at=moment)
    arrival = Arrival(
        "csv",
        values.get("reference", ""),
        offence=kind or "unclear",
        incident_at=moment,
        narrative=values.get("note", ""),
        locations=(place,) if place.url or place.ip else (),
        files=(File(tuple(signals)),) if signals else (),
        contact=values.get("contact", ""),
        unknown=tuple(unknown),
    )
    faults = (Fault(f"line {line}, column {column}", text, fatal=False) for column, text in said)
    return Read(arrival, tuple(faults), line)


def _values(
    row: Sequence[str], header: Sequence[str], names: Sequence[str]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Texts by what their column means, and those of other columns by its name, or number where it has none."""
    values: dict[str, str] = {}
    unknown = []
    for number, cell in enumerate(row):
        text, name = cell.strip(), names[number] if number < len(names) else ""
        if text and name and name not in values:
            values[name] = text
        elif text:
            unknown.append((header[number] if number < len(header) and header[number] else str(number + 1), text))
    return values, unknown


def _wrong(values: dict[str, str], moment: datetime | None, now: datetime) -> Iterator[tuple[str, Said]]:
    """Column and what is wrong with its text."""
    if values.get("kind") and values["kind"] not in _OFFENCES:
        yield "kind", say("none_of", values=", ".join(sorted(_OFFENCES)))
    if "seen_at" in values and moment is None:
        yield "seen_at", say("moment_with_zone")
    if moment is not None and moment > now + SKEW:
        yield "seen_at", say("future")
    if "url" in values and not is_url(values["url"]):
        yield "url", say("no_address")
    if "ip" in values and not is_address(values["ip"]):
        yield "ip", say("no_ip")
