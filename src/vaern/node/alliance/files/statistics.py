"""The statistics of a country and a year as files: JSON, and CSV (RFC 4180). Pure.

The same numbers give the same bytes.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from vaern.formats.csv_write import CsvWriter
from vaern.node.alliance.rules.frame import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.alliance.rules.statistics import Definitions, Place

Form = Literal["full", "published"]
"""`full` goes to the authority that the law names; `published` may be read by everybody."""

SUPPRESSED = "suppressed"
TERMS = {
    "counted": "Counted over the ledger of the node by the definition.",
    SUPPRESSED: "Left out. Either it is 1, 2, 3 or 4, or it would let somebody work out such a number, or the public "
    "releases leave out what counts the same. It may be any number, zero too; it is not said which of these holds.",
}
COLUMNS = (
    ("country", "The country's code (ISO 3166-1 alpha-2)."),
    ("year", "In UTC."),
    ("statistic", "Code of the statistic."),
    ("breakdown", "Code of the breakdown; empty for the total."),
    ("category", "Code of the category; empty for the total."),
    ("status", "; ".join(f"{key}: {text}" for key, text in TERMS.items())),
    ("number", "A whole number in the unit of the statistic; empty where it is left out."),
    ("unit", "reports, items, locations, children or cases."),
    ("name", "What people call statistic and category, in English."),
    ("provisions", "What in the law asks for it: codes, separated by spaces."),
    ("definitions", "Version of the definitions."),
    ("form", "full, or published: small numbers are left out."),
)


@dataclass(frozen=True)
class Sheet:
    """What is taken out.

    Attributes:
        country: the code of the member.
        numbers: every cell, in the order of the definitions.
        out: the cells that are left out; none of a full form.
        entries: how many entries of the ledger are in the numbers.
        running: the year was not over, so that more will come.
        synthetic: everything is made up.
    """

    definitions: Definitions
    country: str
    year: int
    numbers: Mapping[Place, int]
    out: frozenset[Place]
    form: Form
    entries: int
    running: bool
    synthetic: bool

    def number(self, place: Place) -> int | None:
        """Return a number as it is published; None where it is left out."""
        return None if place in self.out else self.numbers[place]


def name_of(definitions: Definitions, place: Place, language: str) -> str:
    """Return the name of a cell."""
    one = next(each for each in definitions.statistics if each.code == place.statistic)
    if not place.breakdown:
        return said(one.name, language)
    of = definitions.breakdown(place.breakdown)
    category = next(each for each in of.categories if each.code == place.category)
    return f"{said(one.name, language)}: {said(category.name, language)}"


def lines(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the cells, one a line, as every file tells them."""
    by_code = {one.code: one for one in sheet.definitions.statistics}
    found = []
    for place in sheet.definitions.cells:
        one, number = by_code[place.statistic], sheet.number(place)
        values = (
            sheet.country,
            sheet.year,
            place.statistic,
            place.breakdown,
            place.category,
            SUPPRESSED if number is None else "counted",
            number,
            one.unit,
            name_of(sheet.definitions, place, "en"),
            " ".join(one.provisions),
            sheet.definitions.version,
            sheet.form,
        )
        found.append({name: value for (name, _text), value in zip(COLUMNS, values, strict=True)})
    return found


def as_csv(sheet: Sheet) -> bytes:
    """Return the cells as CSV: UTF-8, a header line, CRLF."""
    kept = io.StringIO()
    writer = CsvWriter(kept)
    writer.row([name for name, _text in COLUMNS])
    writer.rows([list(line.values()) for line in lines(sheet)])
    return kept.getvalue().encode()


def as_json(sheet: Sheet) -> bytes:
    """Return the cells as JSON, with the definitions, what in the law asks for them, and what the words mean."""
    found = {
        "country": sheet.country,
        "year": sheet.year,
        "form": sheet.form,
        "running_year": sheet.running,
        "ledger_entries": sheet.entries,
        "synthetic": sheet.synthetic,
        "dictionary": {"status": TERMS, "columns": dict(COLUMNS)},
        "definitions": msgspec.to_builtins(sheet.definitions),
        "numbers": lines(sheet),
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


WRITERS = {"csv": as_csv, "json": as_json}
