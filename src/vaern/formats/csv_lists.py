"""CSV with any columns: delimiter found, header read by name, a saved mapping for the rest.

Known names, in any case and with any signs between the letters, are in `FIELDS`; the export of INTERPOL's
ICSE database (`MD5;SHA1;PhotoDNA;Image ID;…;Baseline`) is read by them. A mapping `columns={"Hash value":
"pdq", "Grade": "classification:Example scheme 2020"}` comes first. Without a header the columns are named
`1`, `2`, …, and a column of 32 or 40 hexadecimal digits is recognised. A cell that is read may be written `'…`
or `="…"`, as spreadsheets keep a text from being a number; free text only in a row whose hash is, since a name may
begin with an apostrophe. A column of digests that is not read is told.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import msgspec

from vaern.formats.draft import Draft
from vaern.formats.moments import moment_of
from vaern.formats.source import FormatError
from vaern.formats.table import cells, sniff_delimiter
from vaern.formats.text import KIND_OF_LENGTH, kind_of_name
from vaern.records import KINDS, Orientation, Region, Vote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Problem

    Row = tuple[int, list[str] | str]

FIELDS = {
    **{kind: kind for kind in KINDS},
    **{f"{kind}hex": kind for kind in KINDS},
    **dict.fromkeys(("md5hash", "hashmd5", "md5sum"), "md5"),
    **dict.fromkeys(("sha1hash", "hashsha1"), "sha1"),
    **dict.fromkeys(("sha256hash", "hashsha256"), "sha256"),
    **dict.fromkeys(("pdqhash", "hashpdq", "imagepdq"), "pdq"),
    **dict.fromkeys(("photodna", "photodnahash"), "pdna"),
    **dict.fromkeys(("tmkpdqf", "videotmk"), "tmk"),
    **dict.fromkeys(("hash", "hashvalue", "signal", "signalstr", "value", "fingerprint"), "value"),
    **dict.fromkeys(("kind", "type", "hashtype", "hashname", "signaltype", "algorithm"), "kind"),
    **dict.fromkeys(("quality", "pdqquality"), "quality"),
    **dict.fromkeys(("classification", "category", "class", "grade", "baseline"), "classification"),
    "scheme": "scheme",
    **dict.fromkeys(("id", "entryid", "imageid", "guid", "uuid"), "id"),
    **dict.fromkeys(("source", "contributor"), "source"),
    **dict.fromkeys(("recalled", "withdrawn", "deleted"), "recalled"),
    **dict.fromkeys(("series", "seriesname"), "series"),
    "victimidentified": "victim_identified",
    "offenderidentified": "offender_identified",
    **dict.fromkeys(("isdistributed", "distributed"), "distributed"),
    "jurisdiction": "jurisdiction",
    "legalbasis": "basis",
    **dict.fromkeys(("licence", "license", "licenceofuse"), "licence"),
    "viewedby": "viewed_by",
    "entryends": "ends",
    "entryupdated": "updated",
    "votes": "votes",
    "moresignals": "signals",
    "furthervalues": "extra",
    "aswritten": "exact",
}
"""What a column is, by its name in lower case without anything but letters and digits."""

TARGETS = frozenset(FIELDS.values())
"""What a mapping may name; `classification:SCHEME` gives the classification its scheme, `ignore` drops a
column."""

_TRUE = frozenset({"1", "y", "yes", "t", "true"})
_PLAIN = frozenset({"yes", "no"})
_FALSE = frozenset({"", "0", "n", "no", "f", "false"})


def plain(name: str) -> str:
    """A column name without what differs between tools: lower case letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Column(NamedTuple):
    """One column: its name, what it holds (one of `TARGETS`, `ignore`, or empty: keep), and a scheme."""

    name: str
    role: str = ""
    scheme: str | None = None


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads a CSV list; see the module."""
    delimiter = sniff_delimiter(source.head_text())
    first = first_row(source, delimiter)
    columns = _as_spelled(columns, first)
    header = is_header(first, columns) or not any(_VALUE.fullmatch(as_meant(cell.strip())) for cell in first)
    layout = _layout(source, first, columns) if header else _layout_by_look(source, first, columns)
    rows = cells(source.text(), delimiter)
    return _entries(source, layout, _without_header(rows, first) if header else rows, junk)


def first_row(source: Source, delimiter: str) -> list[str]:
    """The first row that is not empty, out of the head; an empty list where there is none."""
    rows = cells([source.head_text()], delimiter)
    return next((row for _, row in rows if isinstance(row, list) and any(row)), [])


def proposed(source: Source) -> list[Column]:
    """The columns of a table with what each holds as far as its name, or its look, tells; nothing is refused."""
    first = first_row(source, sniff_delimiter(source.head_text()))
    if is_header(first) or not any(_VALUE.fullmatch(as_meant(cell.strip())) for cell in first):
        return [Column(name, FIELDS.get(plain(name), ""), _SCHEMES.get(plain(name))) for name in first]
    return [Column(str(number), _kind_by_look(cell)) for number, cell in enumerate(first, start=1)]


def is_header(row: Sequence[str], columns: Mapping[str, str] = {}) -> bool:
    """Whether a row names columns: one of them is known to hold values, or is named by the mapping."""
    return any(name in columns or FIELDS.get(plain(name)) in _VALUES for name in row)


def _as_spelled(columns: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The mapping with the header's own spelling, where only case or signs differ: `hash` for `Hash`."""
    spelled = {plain(name): name for name in reversed(names)}
    return {key if key in names else spelled.get(plain(key), key): role for key, role in columns.items()}


def _layout(source: Source, names: list[str], columns: Mapping[str, str]) -> list[Column]:
    known = [Column(name, FIELDS.get(plain(name), ""), _SCHEMES.get(plain(name))) for name in names]
    return _mapped(source, known, columns)


def _layout_by_look(source: Source, sample: list[str], columns: Mapping[str, str]) -> list[Column]:
    looks = [Column(str(number), _kind_by_look(cell)) for number, cell in enumerate(sample, start=1)]
    return _mapped(source, looks, columns)


def _mapped(source: Source, known: list[Column], columns: Mapping[str, str]) -> list[Column]:
    """The layout with the user's mapping over it, checked."""
    names = [column.name for column in known]
    has = f"the file has {', '.join(repr(name[:60]) for name in names[:30])}{', …' if len(names) > 30 else ''}"
    if missing := [name for name in columns if name not in names]:
        raise FormatError(f"{source.path}: no column {missing[0]!r}; {has}")
    layout = []
    for column in known:
        role, _, scheme = columns.get(column.name, column.role).partition(":")
        if role not in TARGETS | {"ignore", ""}:
            allowed = ", ".join(sorted(TARGETS))
            raise FormatError(f"{source.path}: column {column.name!r} cannot be {role!r}; use one of {allowed}")
        layout.append(Column(column.name, role, scheme or column.scheme))
    if not any(column.role in _VALUES for column in layout):
        raise FormatError(
            f"{source.path}: no column is known to hold hash values; {has}. Say which "
            "holds what with a column mapping, such as --column 'pdq=Fingerprint'"
        )
    return layout


_VALUES = {*KINDS, "value"}
_TEXTS = {"classification", "scheme", "source", "series", "jurisdiction", "basis", "licence", "viewed_by"}
_FLAGS = ("victim_identified", "offender_identified", "distributed")
_SCHEMES = {"baseline": "ICSE baseline"}
_VALUE = re.compile(r"[0-9a-fA-F]{32}(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{32})?")


def _kind_by_look(text: str) -> str:
    text = as_meant(text.strip())
    return KIND_OF_LENGTH.get(len(text), "") if _VALUE.fullmatch(text) else ""


def _without_header(rows: Iterator[Row], header: list[str]) -> Iterator[Row]:
    """All rows but the header, also what could not be read before it. The head may have cut its last cell."""
    for number, row in rows:
        names = isinstance(row, list) and any(row)
        if not names or row[: len(header) - 1] != header[:-1]:
            yield number, row
        if names:
            break
    yield from rows


def _entries(source: Source, layout: list[Column], rows: Iterator[Row], junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    told = kind_of_name(source.name)
    unread = {number: 0 for number, column in enumerate(layout) if not column.role}
    for place.line, row in rows:
        if isinstance(row, str):
            yield place.problem(row)
        elif any(row):
            for number in [number for number in unread if number < len(row) and row[number]]:
                if _VALUE.fullmatch(as_meant(row[number].strip())):
                    unread[number] += 1
                else:
                    del unread[number]
            yield from _entry(Draft(place, junk), layout, row, told)
    for number, digests in unread.items():
        if digests:
            name = layout[number].name
            yield place.problem(
                f"column {name[:100]!r} holds nothing but what looks like hashes ({digests}), and they were not read: "
                f"say which, such as --column 'sha256={name[:100]}', or --column 'ignore={name[:100]}'"
            )


def as_meant(text: str) -> str:
    """What a cell says that a spreadsheet was told to take as text: `'…` and `="…"`."""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].replace('""', '"').strip()
    return text.removeprefix("'").strip()


def _is_marked(layout: list[Column], row: list[str]) -> bool:
    """Whether a hash in the row is written as spreadsheets keep text, so its free text is, too."""
    values = (cell.strip() for column, cell in zip(layout, row, strict=False) if column.role in _VALUES)
    return any(as_meant(text) != text for text in values)


def _entry(draft: Draft, layout: list[Column], row: list[str], told: str | None) -> Iterator[Entry | Problem]:
    """One row. Missing cells at the end are empty, surplus ones are kept by number."""
    fields: dict[str, str] = {}
    names: dict[str, str] = {}
    scheme = None
    values: list[tuple[str, str]] = []
    as_it_stands = {""} if _is_marked(layout, row) else {"", *_TEXTS}
    for number, cell in enumerate(row):
        column = layout[number] if number < len(layout) else Column(str(number + 1))
        text = cell.strip() if column.role in as_it_stands else as_meant(cell.strip())
        if not text or column.role == "ignore":
            continue
        if column.role in KINDS:
            values.append((column.role, text))
        elif not column.role or column.role in fields:
            draft.keep(column.name, text)
        else:
            fields[column.role], names[column.role] = text, column.name
            scheme = column.scheme if column.role == "classification" else scheme
    if "exact" in fields:
        fields |= _texts_of(draft, "as written", fields["exact"])
    quality = _quality(draft, fields.get("quality"))
    for kind, text in values:
        draft.add(kind, text, quality=quality if kind == "pdq" else None)
    if "value" in fields:
        _add_value(draft, fields, told, quality)
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
        scheme=fields.get("scheme") or scheme,
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


def _add_value(draft: Draft, fields: Mapping[str, str], told: str | None, quality: int | None) -> None:
    """A column of several kinds: the kind comes from its own column, the file's name or the length."""
    text = fields["value"]
    named = fields.get("kind")
    kind = FIELDS.get(plain(named)) if named else told or KIND_OF_LENGTH.get(len(text))
    if kind not in KINDS:
        what = f"{named!r} is no kind of signal that is known here" if named else "nothing says what kind it is"
        draft.complain(f"a value of {len(text)} characters: {what}")
        return
    draft.add(kind, text, quality=quality if kind == "pdq" else None)


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
