"""A release as it is kept and given out: figures, commitments, what members declared. Plain records."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Status = Literal["computed", "declared", "suppressed", "not_computable"]
"""`computed` from the ledger, `declared` by a member, `suppressed`: left out so that no number below five can be found
out, `not_computable`: there is none, and why."""


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cell.

    Attributes:
        code: of the indicator.
        row: a member's code, `all`, or `other`: what belongs to no member of the alliance.
        period: as `rules.periods.read` reads it.
        value: in the unit of the definition.
        hits, of: of a share, numerator and denominator; of a median, how many were answered; None elsewhere.
        why: why there is none, as a code; of a declared one, its source or the member's words.
    """

    code: str
    row: str
    period: str
    status: Status
    value: float | None = None
    hits: int | None = None
    of: int | None = None
    why: str = ""


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published commitment of a member, and how far it is by what the release tells.

    Attributes:
        version: the number of its published version.
        indicator, value, unit, direction, due: of its target.
        baseline: its value; None where there is none.
        actions: how many are planned and done.
        standing, why: `rules.gap`; computed from the figures of this release alone.
        now, gap: the last value that is told, and what is missing.
    """

    member: str
    goal: str
    version: int
    language: str
    obligation: str
    requirement: str
    target: str
    owner: str
    indicator: str | None = None
    value: float | None = None
    unit: str = ""
    direction: str = "at_least"
    due: str | None = None
    baseline: float | None = None
    actions: dict[Literal["planned", "done"], int] = {}
    standing: str = "not_computable"
    why: str = ""
    now: float | None = None
    gap: float | None = None


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member by its code, with its name in both languages."""

    code: str
    en: str
    da: str


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a release tells.

    Attributes:
        definitions: the version of the definitions.
        frame: the version of the declaration.
        first, last, depth: years and the finest period.
        entries: how many entries of the ledger are in it.
        synthetic: everything in it is made up.
    """

    definitions: str
    frame: str
    first: int
    last: int
    depth: str
    entries: int
    synthetic: bool
    members: tuple[Row, ...]
    figures: tuple[Figure, ...]
    declared: tuple[Figure, ...]
    promises: tuple[Promise, ...]

    def of(self, code: str, row: str) -> dict[str, Figure]:
        """Return the figures of one indicator and row, by period."""
        return {one.period: one for one in self.figures if one.code == code and one.row == row}

    def periods(self, depth: Literal["year", "quarter", "month"]) -> list[str]:
        """Return the periods of a kind, the earliest first."""
        sign = {"year": 4, "quarter": 7, "month": 7}[depth]
        found = {one.period for one in self.figures if len(one.period) == sign}
        return sorted(one for one in found if ("Q" in one) == (depth == "quarter"))


def stored(content: Published) -> dict[str, Any]:
    """Return a release as the database keeps it."""
    kept: dict[str, Any] = msgspec.to_builtins(content)
    return kept


def loaded(kept: Any) -> Published:
    """Return a release that was kept with `stored`."""
    return msgspec.convert(kept, Published)
