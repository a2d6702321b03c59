"""What a row says of a system that numbers reports, series, cases or entries. Pure; no Django."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from vaern.arrivals import NumberSystem
from vaern.node.base.days import within
from vaern.node.law.records import Basis, Words


class System(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A system whose identifiers stand on records.

    Attributes:
        code: of `arrivals.NumberSystem`.
        name: for people.
        counts: whether it gives each number once, or each country, or each company, its own.
        signs: digits alone where that is publicly known; else any that can be shown.
        shortest, longest: of the form that is compared; 0 where no length is known.
        along: the widest label of a release with which its identifiers go along unless a person says otherwise; "" for
            none.
        since, until: from when to when identifiers of it are noted; None where no day is known.
        basis, source, day: where its form is said, and on which day that was read or, if recalled, written down.
    """

    code: NumberSystem
    name: Words
    counts: Literal["once", "country", "company"] = "once"
    signs: Literal["any", "digits"] = "any"
    shortest: int = 1
    longest: int = 0
    along: Literal["", "red", "amber+strict", "amber", "green"] = ""
    since: date | None = None
    until: date | None = None
    basis: Basis
    source: str
    day: date

    def covers(self, on: date) -> bool:
        """Whether identifiers of it are noted on a day."""
        return within(self.since, self.until, on)
