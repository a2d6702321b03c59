"""Countries by name, in both languages: those of the alliance as its directory has them, others as CLDR names them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import get_language

from vaern.node.organisations.queries import country_names

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).parent / "data" / "countries.csv"
"""ISO 3166-1 alpha-2 and CLDR's names; its head says of which day and under which licence (`tools/countries.py`)."""


class Name(NamedTuple):
    """What a code is called; `assigned`: ISO 3166-1 gives it to a country, so that it can be chosen."""

    assigned: bool
    en: str
    da: str


@cache
def _of_all() -> dict[str, Name]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["code"]: Name(row["assigned"] == "1", row["en"], row["da"]) for row in rows}


def named(code: str, known: Mapping[str, str] | None = None) -> str:
    """Return what people read of a code; "–" where no country is known, the code itself where it names none.

    Args:
        code: ISO 3166-1 alpha-2, or one of the directory.
        known: `country_names()`, where many are named; asked for if left out.
    """
    if not code:
        return "–"
    own = (country_names() if known is None else known).get(code)
    return own or _in_words(code)


def elsewhere(known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return code and name of every country that is not in the directory, in the order of the names."""
    found = [(code, _in_words(code)) for code, name in _of_all().items() if name.assigned and code not in known]
    return sorted(found, key=lambda pair: _sorted_as(pair[1]))


def _in_words(code: str) -> str:
    name = _of_all().get(code)
    if name is None:
        return code
    return name.da if get_language() == "da" else name.en


_DANISH: dict[int, str] = {ord("æ"): "{a", ord("ø"): "{b", ord("å"): "{c"}
_ENGLISH: dict[int, str] = dict(zip(map(ord, "åçéôü"), "aceou", strict=True))


def _sorted_as(name: str) -> str:
    """Return what sorts a name as people look for it: Å with A in English, after Ø in Danish."""
    if get_language() == "da":
        return name.casefold().translate(_DANISH)
    return name.casefold().translate(_ENGLISH)
