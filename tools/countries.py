"""Writes the names of countries that the node shows: ISO 3166-1 codes, in English and Danish, from Unicode CLDR.

    python tools/countries.py        # after a new release of Babel, which brings CLDR's

The directory's countries keep their own names; these are for all others: where a host is, who holds data.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale, __version__

FILE = Path(__file__).parents[1] / "src/vaern/node/organisations/data/countries.csv"
NO_COUNTRY = frozenset({"EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""CLDR's groupings, and its codes for tests and for nothing known."""
NOT_ASSIGNED = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "IC", "TA", "XK"})
"""Exceptionally reserved in ISO 3166-1, or used by agreement (XK, Kosovo): named where data holds them."""


def rows() -> list[tuple[str, str, str, str]]:
    """Return code, whether ISO 3166-1 assigns it, English and Danish name, by code."""
    english, danish = Locale("en").territories, Locale("da").territories
    codes = sorted(code for code in english if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY)
    return [
        (code, "" if code in NOT_ASSIGNED else "1", english[code], danish.get(code, english[code])) for code in codes
    ]


def text(day: str) -> str:
    """Return the file."""
    head = (
        f"# Unicode CLDR, as Babel {__version__} has it, taken on {day} by tools/countries.py\n"
        "# Copyright 1991-2026 Unicode, Inc. Licence: Unicode-3.0, https://www.unicode.org/license.txt\n"
    )
    found = io.StringIO()
    csv.writer(found, lineterminator="\n").writerows([("code", "assigned", "en", "da"), *rows()])
    return head + found.getvalue()


if __name__ == "__main__":
    FILE.write_text(text(datetime.now(UTC).date().isoformat()))
    print(f"{len(rows())} names in {FILE.name}")
