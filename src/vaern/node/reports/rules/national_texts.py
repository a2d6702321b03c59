"""What a row says that a notice cites to somebody in a country, and which row speaks on a day. Pure; no Django."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads it
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from vaern.node.law.records import InForce, Words

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["host", "owner", "registrar"]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=25)]
BETWEEN = ":"
"""Between country, code and version in what a notice keeps; no code of `data/duties.toml` has it."""


class NationalText(InForce, frozen=True, kw_only=True):
    """What the law of a country asks of whoever is notified there, from and to these days; both count.

    Attributes:
        code: names the provision within the country, for good: another period of it has another one.
        kinds: whom it binds (`Host.kind`); none named: all.
        heading: what the notice is, and under which law.
        duty: what the law asks of whoever has the notice.
        danger: what it asks of them where somebody is in danger; empty where it says nothing of that.
    """

    code: Code
    country: str
    kinds: tuple[Kind, ...] = ()
    heading: Words
    duty: Words
    danger: Words = {}

    @property
    def key(self) -> str:
        """What names the row in all its versions."""
        return f"{self.country.lower()}{BETWEEN}{self.code}"

    def binds(self, kind: str) -> bool:
        """Whether it is about somebody of a kind."""
        return not self.kinds or kind in self.kinds


def speaks_for(rows: Iterable[NationalText], country: str, kind: str, on: date) -> NationalText | None:
    """Return the row that speaks to somebody of a kind, in a country, on a day; of several the one that began last."""
    found = [one for one in rows if one.country == country and one.binds(kind) and one.on(on)]
    return max(found, key=lambda one: (one.since, one.code), default=None)


def clashes(rows: Iterable[NationalText]) -> list[tuple[NationalText, NationalText]]:
    """Return pairs of rows that both speak to somebody of one kind, in one country, on one day."""
    known = list(rows)
    return [
        (one, other)
        for place, one in enumerate(known)
        for other in known[place + 1 :]
        if one.country == other.country and _of_one_kind(one, other) and _together(one, other)
    ]


def _of_one_kind(one: NationalText, other: NationalText) -> bool:
    return not one.kinds or not other.kinds or not set(one.kinds).isdisjoint(other.kinds)


def _together(one: NationalText, other: NationalText) -> bool:
    """Whether there is a day on which both are in force."""
    return one.on(other.since) or other.on(one.since)
