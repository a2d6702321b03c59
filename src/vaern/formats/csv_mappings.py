"""A saved mapping for the CSV of one source: which column holds what, and what holds for every row.

It is JSON, so that a source's format is described once, kept, compared and handed on:

    {"format": "vaern-csv-mapping/1", "name": "A hotline's export",
     "columns": {"Fingerprint": "pdq", "Grade": "classification:Example 2020", "Notes": "ignore"},
     "constants": {"source": "A hotline", "jurisdiction": "DK", "licence": "exchange"}}

A constant fills a field that a row leaves empty; it never overrules what the row says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from vaern.formats.csv_columns import TARGETS, plain
from vaern.formats.draft import MAX_ID, MAX_TEXT
from vaern.formats.source import FormatError
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.records import Problem

FORMAT = "vaern-csv-mapping/1"

CONSTANTS = (
    "source",
    "scheme",
    "classification",
    "series",
    "jurisdiction",
    "basis",
    "licence",
    "ends",
    "victim_identified",
    "offender_identified",
    "distributed",
)
"""Fields of an entry that may hold for every row."""

MOST_COLUMNS = 200
_FLAGS = {"yes": True, "no": False}
_FLAG_FIELDS = frozenset({"victim_identified", "offender_identified", "distributed"})


class CsvMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping, checked.

    Attributes:
        columns: what each column holds, by its header, or its number where there is none: one of `csv_columns.TARGETS`,
            `classification:SCHEME`, or `ignore`.
        constants: texts by field, one of `CONSTANTS`; yes or no for flags.
        name: for whoever reads it.
        format: `FORMAT`.

    Raises:
        FormatError: it cannot be used; the text says which column or field, and what is allowed.
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    name: str = ""
    format: str = FORMAT

    def __post_init__(self) -> None:
        if why := next(_faults(self), ""):
            raise FormatError(f"The mapping{f' {self.name[:60]!r}' if self.name else ''} cannot be used: {why}.")

    def applied(self, rows: Iterator[Entry | Problem]) -> Iterator[Entry | Problem]:
        """The same rows, with what holds for each where it does not say it itself."""
        texts = {name: text for name, text in self.constants.items() if name not in _FLAG_FIELDS}
        flags = {name: _FLAGS[text] for name, text in self.constants.items() if name in _FLAG_FIELDS}
        for row in rows:
            yield _filled(row, texts, flags) if isinstance(row, Entry) else row


def _filled(entry: Entry, texts: Mapping[str, str], flags: Mapping[str, bool]) -> Entry:
    changes: dict[str, Any] = {name: text for name, text in texts.items() if getattr(entry, name) in (None, "")}
    changes |= {name: flag for name, flag in flags.items() if getattr(entry, name) is None}
    if entry.classification is None and "classification" not in changes:
        changes.pop("scheme", None)  # a scheme of nothing
    return msgspec.structs.replace(entry, **changes) if changes else entry


def csv_mapping(data: bytes) -> CsvMapping:
    """A mapping out of its JSON.

    Raises:
        FormatError: it is none; the text says why.
    """
    try:
        return msgspec.json.decode(data, type=CsvMapping)
    except msgspec.ValidationError as error:
        raise FormatError(f"The mapping cannot be used: {error}.") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise FormatError(f"The mapping is no JSON: {error}.") from None


def _faults(mapping: CsvMapping) -> Iterator[str]:
    if mapping.format != FORMAT:
        yield f"its format is {mapping.format[:40]!r}, and this version reads {FORMAT!r}"
    if not mapping.columns and not mapping.constants:
        yield "it names no column and no constant"
    if len(mapping.columns) > MOST_COLUMNS:
        yield f"it names {len(mapping.columns)} columns; {MOST_COLUMNS} are allowed"
    spelled: dict[str, str] = {}
    for column, said in mapping.columns.items():
        yield from _column_faults(column, said)
        if (other := spelled.setdefault(plain(column) or column, column)) != column:
            yield f"{other[:60]!r} and {column[:60]!r} are one column, since case and signs do not count"
    for field, text in mapping.constants.items():
        yield from _constant_faults(field, text)
    if "classification" in mapping.constants and "scheme" not in mapping.constants:
        yield "the constant classification says nothing without the constant scheme"


def _column_faults(column: str, said: str) -> Iterator[str]:
    role, colon, scheme = said.partition(":")
    if role not in TARGETS | {"ignore"}:
        allowed = ", ".join(sorted(TARGETS))
        yield f"column {column[:60]!r} cannot be {role[:60]!r}; use one of {allowed}, or ignore"
    if colon and (role != "classification" or not scheme.strip()):
        yield f"column {column[:60]!r}: only a classification has a scheme behind a colon, and it is not empty"


def _constant_faults(field: str, text: str) -> Iterator[str]:
    if field not in CONSTANTS:
        yield f"{field[:60]!r} cannot be a constant; use one of {', '.join(CONSTANTS)}"
    elif field in _FLAG_FIELDS and text not in _FLAGS:
        yield f"the constant {field} is yes or no, and not {text[:20]!r}"
    elif not text.strip() or len(text) > (MAX_ID if field in {"source", "scheme"} else MAX_TEXT):
        yield f"the constant {field} is empty or too long"
