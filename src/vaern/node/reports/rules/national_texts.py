"""National texts that notices cite, and which one applies on a day. Pure; no Django."""

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
    """What a country's law requires of notified parties there, between two days, both included.

    Attributes:
        code: the permanent name of the provision within the country; another period of it has another code.
        kinds: whom it binds (`Host.kind`); none named: all.
        heading: what the notice is, and under which law.
        duty: what the law requires of the recipient.
        danger: what it requires if somebody is in danger; empty if nothing.
    """

    code: Code
    country: str
    kinds: tuple[Kind, ...] = ()
    heading: Words
    duty: Words
    danger: Words = {}

    @property
    def key(self) -> str:
        """The key of the row in all its versions."""
        return f"{self.country.lower()}{BETWEEN}{self.code}"

    def binds(self, kind: str) -> bool:
        """Whether it applies to a kind of recipient."""
        return not self.kinds or kind in self.kinds


def speaks_for(rows: Iterable[NationalText], country: str, kind: str, on: date) -> NationalText | None:
    """Return the row that applies to a kind of recipient in a country on a day; of several, the latest to begin."""
    found = [one for one in rows if one.country == country and one.binds(kind) and one.on(on)]
    return max(found, key=lambda one: (one.since, one.code), default=None)


def clashes(rows: Iterable[NationalText]) -> list[tuple[NationalText, NationalText]]:
    """Return pairs of rows that apply to the same kind of recipient, in one country, on the same day."""
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
