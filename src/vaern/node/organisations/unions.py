"""Unions of countries, and who is a member on a day, from `data/unions.toml`. Pure; no Django.

Tables of law name a union (`union:EU`) where they mean all its members, so that a membership is written down once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.base.days import within
from vaern.node.organisations.sources import read_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

FILE = Path(__file__).parent / "data" / "unions.toml"
PREFIX = "union:"


@dataclass(frozen=True)
class Membership:
    """A country in a union from its first day to its last; None: it has not left."""

    union: str
    country: str
    first: date
    last: date | None

    def on(self, day: date) -> bool:
        """Whether it is a member on a day."""
        return within(self.first, self.last, day)


@cache
def memberships() -> tuple[Membership, ...]:
    """Return what the file says, with the members that a union has through another (`with`)."""
    given = tomllib.loads(FILE.read_text("utf-8"))["union"]
    for union in given:
        read_on(union, f"{FILE.name}, {union['code']}")
    direct = {union["code"]: union["members"] for union in given}
    return tuple(
        Membership(union["code"], member["country"], max(member["from"], union["from"]), member.get("to"))
        for union in given
        for part in (union["code"], *union.get("with", ()))
        for member in direct[part]
    )


def unions_of(country: str, on: date) -> frozenset[str]:
    """Return the codes of the unions of which a country is a member on a day."""
    return frozenset(one.union for one in memberships() if one.country == country and one.on(on))


def members(union: str, on: date) -> frozenset[str]:
    """Return the countries that are members of a union on a day; none for a code that the file does not have."""
    return frozenset(one.country for one in memberships() if one.union == union and one.on(on))


def named(country: str, on: date) -> frozenset[str]:
    """Return how a table may name a country on a day: by its own code, or by a union of which it is a member."""
    return frozenset({country, *(PREFIX + union for union in unions_of(country, on))})


def countries(names: Iterable[str], on: date) -> frozenset[str]:
    """Return the countries that a table names on a day, by themselves or through a union."""
    return frozenset(
        country
        for name in names
        for country in (members(name.removeprefix(PREFIX), on) if name.startswith(PREFIX) else {name})
    )
