"""CSV with any columns: delimiter found, header read by name, a saved mapping for the rest.

Known names, in any case and with any signs between the letters, are in `csv_columns.FIELDS`; the export of INTERPOL's
ICSE database (`MD5;SHA1;PhotoDNA;Image ID;…;Baseline`) is read by them. A mapping `columns={"Hash value":
"pdq", "Grade": "classification:Example scheme 2020"}` comes first. Without a header the columns are named
`1`, `2`, …, and a column of 32 or 40 hexadecimal digits is recognised. A cell that is read may be written `'…`
or `="…"`, as spreadsheets keep a text from being a number; free text only in a row whose hash is, since a name may
begin with an apostrophe. A column of digests that is not read is told.

Addresses, domains, keywords and wallets are read by a mapping, by the kind that is told (`columns={"hash": "domain"}`),
or where `csv_columns` is certain. A keyword is digested as it is read, and text of unknown columns is not kept beside
it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import unquote

import msgspec

from vaern.formats.csv_columns import FIELDS, TEXTS, VALUE, VALUES, Column, as_meant, first_row, layout_of, plain
from vaern.formats.draft import Draft
from vaern.formats.moments import moment_of
from vaern.formats.table import cells, sniff_delimiter
from vaern.formats.text import KIND_OF_LENGTH, kind_of_name, told_kind
from vaern.records import ALL_KINDS, VALUE_KINDS, Orientation, Region, Vote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Problem

    Row = tuple[int, list[str] | str]

_TRUE = frozenset({"1", "y", "yes", "t", "true"})
_FLAGS = ("victim_identified", "offender_identified", "distributed")
_PLAIN = frozenset({"yes", "no"})
_FALSE = frozenset({"", "0", "n", "no", "f", "false"})


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads a CSV list; see the module."""
    delimiter = sniff_delimiter(source.head_text())
    first = first_row(source, delimiter)
    told = told_kind(columns, first)
    layout, header = layout_of(source, first, {} if told else columns, told)
    rows = cells(source.text(), delimiter)
    return _entries(source, layout, _without_header(rows, first) if header else rows, junk, told)


def _without_header(rows: Iterator[Row], header: list[str]) -> Iterator[Row]:
    """All rows but the header, also what could not be read before it. The head may have cut its last cell."""
    for number, row in rows:
        names = isinstance(row, list) and any(row)
        if not names or row[: len(header) - 1] != header[:-1]:
            yield number, row
        if names:
            break
    yield from rows


def _entries(
    source: Source, layout: list[Column], rows: Iterator[Row], junk: Junk, told: str
) -> Iterator[Entry | Problem]:
    place = source.place
    kind = told or kind_of_name(source.name)
    unread = {number: 0 for number, column in enumerate(layout) if not column.role}
    left_out: set[str] = set()
    for place.line, row in rows:
        if isinstance(row, str):
            yield place.problem(row)
        elif any(row):
            for number in [number for number in unread if number < len(row) and row[number]]:
                if VALUE.fullmatch(as_meant(row[number].strip())):
                    unread[number] += 1
                else:
                    del unread[number]
            yield from _entry(Draft(place, junk), layout, row, kind, left_out)
    for number, digests in unread.items():
        if digests:
            name = layout[number].name
            yield place.problem(
                f"column {name[:100]!r} holds nothing but what looks like hashes ({digests}), and they were not read: "
                f"say which, such as --column 'sha256={name[:100]}', or --column 'ignore={name[:100]}'"
            )
    if left_out:
        names = ", ".join(repr(name[:100]) for name in sorted(left_out)[:30])
        yield place.problem(f"not kept, because it stands beside keywords and may repeat them: the column {names}")


def _is_marked(layout: list[Column], row: list[str]) -> bool:
    """Whether a hash in the row is written as spreadsheets keep text, so its free text is, too."""
    values = (cell.strip() for column, cell in zip(layout, row, strict=False) if column.role in VALUES)
    return any(as_meant(text) != text for text in values)


class _Row:
    """The cells of one row, by what they hold. Missing cells at the end are empty, surplus ones are kept by number."""

    def __init__(self, layout: list[Column], row: list[str], told: str | None) -> None:
        self.fields: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.scheme: str | None = None
        self.kept: list[tuple[str, str]] = []
        self.values: list[tuple[str, str]] = []
        as_it_stands = {""} if _is_marked(layout, row) else {"", *TEXTS}
        for number, cell in enumerate(row):
            column = layout[number] if number < len(layout) else Column(str(number + 1))
            if text := cell.strip() if column.role in as_it_stands else as_meant(cell.strip()):
                self._put(column, text)
        if "value" in self.fields:
            self.values.append((_kind(self.fields, told), self.fields["value"]))

    def _put(self, column: Column, text: str) -> None:
        if column.role == "ignore":
            return
        if column.role in ALL_KINDS:
            self.values.append((column.role, text))
        elif not column.role or column.role in self.fields:
            self.kept.append((column.name, text))
        else:
            self.fields[column.role], self.names[column.role] = text, column.name
            self.scheme = column.scheme if column.role == "classification" else self.scheme

    @property
    def has_keyword(self) -> bool:
        """Whether nothing may be kept that might repeat one."""
        return any(kind == "keyword" for kind, _ in self.values)


def _entry(
    draft: Draft, layout: list[Column], row: list[str], told: str | None, left_out: set[str]
) -> Iterator[Entry | Problem]:
    """One row."""
    found = _Row(layout, row, told)
    fields, names = found.fields, found.names
    for name, text in found.kept:
        if found.has_keyword:
            left_out.add(name)
        else:
            draft.keep(name, text)
    if "exact" in fields:
        fields |= _texts_of(draft, "as written", fields["exact"])
    quality = _quality(draft, fields.get("quality"))
    for kind, text in found.values:
        if kind in ALL_KINDS:
            draft.add(kind, text, quality=quality if kind == "pdq" else None)
        else:
            named = fields.get("kind")
            what = f"{named!r} is no kind of signal that is known here" if named else "nothing says what kind it is"
            draft.complain(f"a value of {len(text)} characters: {what}")
    recalled = _flag(draft, fields.get("recalled", ""))
    _add_packed(draft, fields)
    updated = moment_of(fields.get("updated", ""))
    if not updated:
        draft.keep("updated", fields.get("updated"))
    entry_id = fields.get("id") or str(draft.place.line)
    if recalled and "id" not in fields:  # a line number is also an id of other files, and would withdraw theirs
        entry_id = f"recalled in line {draft.place.line}"
        draft.complain("a recall without an id withdraws nothing that stands elsewhere; this row alone never matches")
    return draft.finish(
        entry_id,
        classification=fields.get("classification"),
        scheme=fields.get("scheme") or found.scheme,
        source=fields.get("source", ""),
        updated=updated,
        votes=_votes(draft, fields.get("votes", "")),
        recalled=recalled,
        series=fields.get("series", ""),
        jurisdiction=fields.get("jurisdiction", ""),
        basis=fields.get("basis", ""),
        licence=fields.get("licence", ""),
        viewed_by=_names(fields.get("viewed_by", "")),
        ends=_day(draft, fields.get("ends", "")),
        **{role: _said(draft, names.get(role, role), fields.get(role, "")) for role in _FLAGS},
    )


def _said(draft: Draft, name: str, text: str) -> bool | None:
    """A field that is yes, no or not said; another spelling than these is kept as it was written."""
    if not text:
        return None
    lower = text.lower()
    if text not in _PLAIN:
        draft.keep(name, text)
    return True if lower in _TRUE else False if lower in _FALSE else None


def _day(draft: Draft, text: str) -> str:
    """A day as ISO 8601 writes it; anything else is kept as it was written, and said, for then the entry has no end."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        draft.keep("ends", text)
        draft.complain("the day on which the entry ends is no day like 2027-12-31; it was kept as text")
        return ""


def _votes(draft: Draft, text: str) -> tuple[Vote, ...]:
    """Votes as `csv_lists_write` writes them; of anything else nobody knows who said what."""
    if not text:
        return ()
    try:
        votes = msgspec.json.decode(text, type=tuple[Vote, ...])
    except msgspec.DecodeError:
        draft.keep("votes", text)
        return ()
    if len({vote.organisation for vote in votes}) == len(votes):
        return votes
    draft.keep("votes", text)
    draft.complain("an organisation votes twice; the votes were kept as text")
    return ()


def _add_packed(draft: Draft, fields: Mapping[str, str]) -> None:
    """Signals and further values as `csv_lists_write` writes those for which it has no column."""
    for packed in fields.get("signals", "").split():
        kind, _, rest = packed.partition(":")
        text, *details = rest.split(",")
        if kind in VALUE_KINDS:
            text = unquote(text)
        named = dict(detail.partition("=")[::2] for detail in details)
        draft.add(kind, text, **_details(named))
    for name, value in _texts_of(draft, "further values", fields.get("extra", "")).items():
        draft.keep(name, value)


def _texts_of(draft: Draft, name: str, text: str) -> dict[str, str]:
    """A cell of texts by name, as JSON; anything else is kept as it stands."""
    if not text:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError:
        draft.keep(name, text)
        return {}


def _names(text: str) -> tuple[str, ...]:
    """Names with semicolons between them, or as a JSON list."""
    if text.startswith("["):
        try:
            return msgspec.json.decode(text, type=tuple[str, ...])
        except msgspec.DecodeError:
            pass
    return tuple(filter(None, (name.strip() for name in text.split(";"))))


def _details(named: Mapping[str, str]) -> dict[str, Any]:
    """What a signal says beside its value; what is no such word is left to its default."""
    found: dict[str, Any] = {}
    if (quality := named.get("quality", "")).isdigit() and len(quality) <= 3:
        found["quality"] = int(quality)
    if (frame := named.get("frame", "")).isdigit() and len(frame) <= 9:
        found["frame"] = int(frame)
    if (orientation := named.get("orientation")) in get_args(Orientation):
        found["orientation"] = orientation
    if (region := named.get("region")) in get_args(Region):
        found["region"] = region
    return found


def _kind(fields: Mapping[str, str], told: str | None) -> str:
    """What a column of several kinds holds: by its own column, the file, or its length; empty where nothing says it."""
    if "value" not in fields:
        return ""
    if named := fields.get("kind"):
        name = plain(named)
        return name if name in VALUE_KINDS else FIELDS.get(name, "")
    return told or KIND_OF_LENGTH.get(len(fields["value"]), "")


def _quality(draft: Draft, text: str | None) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100:
        return int(text)
    draft.keep("quality", text)
    return None


def _flag(draft: Draft, text: str) -> bool:
    lower = text.lower()
    if lower not in _TRUE | _FALSE:
        draft.keep("recalled", text)
        draft.complain(f"'recalled' is {text[:20]!r}; expected yes or no, so the entry counts as recalled")
        return True
    return lower in _TRUE
