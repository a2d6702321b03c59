"""Published error rates as CSV: the months, and the entries from which anybody works the months out again.

Of each month, `hits` and `false_hits` are the sums of its entries, and the rate and its interval follow from these two
(`rules.figures.rate`). An entry goes by an id that says nothing, another one in each month: nobody can follow an entry
from month to month, or find out which it is.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from vaern.formats.csv_write import CsvWriter
from vaern.node.lists.rules.figures import false_hits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.lists.figures.queries import Month
    from vaern.node.lists.models import EntryMonth

MONTHS = ("month", "entries", "hits", "false_hits", "rate", "lower", "upper")
ENTRIES = ("month", "entry", "hits", "disputed", "recalled", "false_hits")


def months(found: Iterable[Month]) -> bytes:
    """Return the months as CSV."""
    out = io.StringIO(newline="")
    lines = CsvWriter(out)
    lines.row(MONTHS)
    for one in found:
        share = [f"{value:.6f}" for value in one.rate] if one.rate else ["", "", ""]
        lines.row([f"{one.month:%Y-%m}", one.entries, one.hits, one.false, *share])
    return out.getvalue().encode()


def entries(found: Iterable[EntryMonth]) -> bytes:
    """Return the entries of the months as CSV, in an order that says nothing."""
    out = io.StringIO(newline="")
    lines = CsvWriter(out)
    lines.row(ENTRIES)
    lines.rows(
        sorted(
            (
                f"{one.month:%Y-%m}",
                in_public(one),
                one.hits,
                one.disputed,
                "yes" if one.recalled else "no",
                false_hits(one.hits, one.disputed, recalled=one.recalled),
            )
            for one in found
        )
    )
    return out.getvalue().encode()


def in_public(one: EntryMonth) -> str:
    """Return the id of an entry in the files of a month."""
    return hashlib.sha256(f"{one.month:%Y-%m} {one.digest}".encode()).hexdigest()[:32]
