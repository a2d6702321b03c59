"""What the columns of a CSV list hold: by their names, by how they look, and by a mapping over both.

`FIELDS` has the names that are known, in any case and with any signs between the letters. A column that is called
`URL` or `domain` stands beside hashes in many tables and is then where a file was found; so the names of `VALUE_NAMES`
count only where no column holds hashes and one alone is called so, or where somebody says what the list is of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vaern.formats.source import FormatError
from vaern.formats.table import cells, sniff_delimiter
from vaern.formats.text import KIND_OF_LENGTH
from vaern.records import KINDS, VALUE_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.formats.source import Source

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

VALUE_NAMES = {
    **dict.fromkeys(("address", "webaddress", "url", "uri"), "address"),
    **dict.fromkeys(("domain", "domainname", "hostname", "fqdn"), "domain"),
    **dict.fromkeys(("keyword", "keyworddigest", "keywordsha256"), "keyword"),
    **dict.fromkeys(("wallet", "walletaddress", "paymentaddress"), "wallet"),
}
"""What a column is called that holds what is no hash of a file; see the module for when that counts."""

TARGETS = frozenset({*FIELDS.values(), *VALUE_KINDS})
"""What a mapping may name; `classification:SCHEME` gives the classification its scheme, `ignore` drops a
column."""

VALUES = frozenset({*KINDS, *VALUE_KINDS, "value"})
"""The targets that an entry can be found by."""

VALUE = re.compile(r"[0-9a-fA-F]{32}(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{32})?")
"""What looks like a digest."""

TEXTS = frozenset({"classification", "scheme", "source", "series", "jurisdiction", "basis", "licence", "viewed_by"})
"""The targets of free text."""

_HASHES = frozenset({*KINDS, "value"})
_SCHEMES = {"baseline": "ICSE baseline"}


def plain(name: str) -> str:
    """A column name without what differs between tools: lower case letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Column(NamedTuple):
    """One column: its name, what it holds (one of `TARGETS`, `ignore`, or empty: keep), and a scheme."""

    name: str
    role: str = ""
    scheme: str | None = None


def first_row(source: Source, delimiter: str) -> list[str]:
    """The first row that is not empty, out of the head; an empty list where there is none."""
    rows = cells([source.head_text()], delimiter)
    return next((row for _, row in rows if isinstance(row, list) and any(row)), [])


def proposed(source: Source, told: str = "") -> list[Column]:
    """The columns of a table with what each holds as far as its name, or its look, tells; nothing is refused."""
    first = first_row(source, sniff_delimiter(source.head_text()))
    if _has_names(first, {}, told):
        return _with_values(_by_name(first), {}, told)
    return _by_look(first)


def is_header(row: Sequence[str], columns: Mapping[str, str] = {}, told: str = "") -> bool:
    """Whether a row names columns: one of them is known to hold values, or is named by the mapping.

    Args:
        row: the cells.
        columns: the mapping.
        told: the kind of which the list is, one of `VALUE_KINDS`; then a word such as `hash` may be a value itself.
    """
    roles = [FIELDS.get(plain(name)) for name in row]
    values = [VALUE_NAMES.get(plain(name)) for name in row]
    if told:
        return told in values or {"kind", "value"} <= {*roles} or any(name in columns for name in row)
    found = len([kind for kind in values if kind])
    return found == 1 or any(name in columns or role in _HASHES for name, role in zip(row, roles, strict=True))


def layout_of(
    source: Source, first: list[str], columns: Mapping[str, str], told: str = ""
) -> tuple[list[Column], bool]:
    """What each column holds, and whether the first row only names them.

    Args:
        source: the table.
        first: its first row.
        columns: a mapping, which comes before everything else.
        told: the kind of which the list is, one of `VALUE_KINDS`: hashes beside it are none of it.

    Raises:
        FormatError: the mapping does not fit, or nothing holds a value.
    """
    columns = _as_spelled(columns, first)
    header = _has_names(first, columns, told)
    known = _by_name(first) if header else _by_look(first)
    if not VALUES & {role.partition(":")[0] for role in columns.values()}:
        known = _with_values(known, columns, told)
    layout = _mapped(source, known, columns)
    if not any(column.role in VALUES for column in layout):
        raise FormatError(
            f"{source.path}: no column is known to hold {f'the kind {told!r}' if told else 'hash values'}; "
            f"{_has(layout)}. Say which "
            f"holds what with a column mapping, such as --column '{told or 'pdq'}=Fingerprint'"
        )
    return layout, header


def _has_names(first: Sequence[str], columns: Mapping[str, str], told: str) -> bool:
    if is_header(first, columns, told):
        return True
    if columns and all(name.isdecimal() and name not in first for name in columns):  # who gives numbers saw no names
        return False
    return not any(VALUE.fullmatch(as_meant(cell.strip())) for cell in first)


def _as_spelled(columns: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The mapping with the header's own spelling, where only case or signs differ: `hash` for `Hash`."""
    spelled = {plain(name): name for name in reversed(names)}
    return {key if key in names else spelled.get(plain(key), key): role for key, role in columns.items()}


def _by_name(names: Sequence[str]) -> list[Column]:
    return [Column(name, FIELDS.get(plain(name), ""), _SCHEMES.get(plain(name))) for name in names]


def _by_look(sample: Sequence[str]) -> list[Column]:
    return [Column(str(number), _kind_by_look(cell)) for number, cell in enumerate(sample, start=1)]


def _with_values(known: list[Column], columns: Mapping[str, str], told: str) -> list[Column]:
    """The columns, with the one that is called as what is no hash; see the module for when that counts."""
    if told:
        known = [column._replace(role="") if column.role in KINDS else column for column in known]
    elif any(column.role in _HASHES for column in known):
        return known
    kinds = ["" if column.name in columns else VALUE_NAMES.get(plain(column.name), "") for column in known]
    places = [place for place, kind in enumerate(kinds) if kind and kind == (told or kind)]
    if len(places) == 1:
        known[places[0]] = known[places[0]]._replace(role=kinds[places[0]])
    return known


def _mapped(source: Source, known: list[Column], columns: Mapping[str, str]) -> list[Column]:
    """The layout with the user's mapping over it, checked."""
    names = [column.name for column in known]
    if missing := [name for name in columns if name not in names]:
        raise FormatError(f"{source.path}: no column {missing[0]!r}; {_has(known)}")
    layout = []
    for column in known:
        role, _, scheme = columns.get(column.name, column.role).partition(":")
        if role not in TARGETS | {"ignore", ""}:
            allowed = ", ".join(sorted(TARGETS))
            raise FormatError(f"{source.path}: column {column.name!r} cannot be {role!r}; use one of {allowed}")
        layout.append(Column(column.name, role, scheme or column.scheme))
    return layout


def _has(columns: Sequence[Column]) -> str:
    names = [column.name for column in columns]
    return f"the file has {', '.join(repr(name[:60]) for name in names[:30])}{', …' if len(names) > 30 else ''}"


def _kind_by_look(text: str) -> str:
    text = as_meant(text.strip())
    return KIND_OF_LENGTH.get(len(text), "") if VALUE.fullmatch(text) else ""


def as_meant(text: str) -> str:
    """What a cell says that a spreadsheet was told to take as text: `'…` and `="…"`."""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].replace('""', '"').strip()
    return text.removeprefix("'").strip()
