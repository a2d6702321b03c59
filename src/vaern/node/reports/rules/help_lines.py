"""Help lines as plain values, and the one that applies to a country. Pure; no Django."""

from __future__ import annotations

import enum
from datetime import date  # noqa: TC003 - msgspec reads it
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from vaern.node.law.records import InForce, Words
from vaern.node.organisations import unions

if TYPE_CHECKING:
    from collections.abc import Iterable

Whom = Literal["child", "thoughts"]
_NUMBER = frozenset("0123456789 ()-+")


class Whence(enum.StrEnum):
    """The source of the help line that a child reads: the most specific one available."""

    DESK = "desk"
    COUNTRY = "country"
    UNION = "union"
    REPORTERS = "reporters"
    NOBODY = "nobody"


OF_ITS_OWN = frozenset({Whence.DESK, Whence.COUNTRY})
"""A help line for the children of the country; anything else is said to the desk as missing."""


class HelpLine(InForce, frozen=True, kw_only=True):
    """A help line of a country, or of a union of countries.

    Attributes:
        country: two capital letters; EU for every member that has no row of its own.
        whom: its audience: children, or people who worry about their own thoughts of children.
        name: what it is called.
        at: how it is reached: a number, or words; never a link.
        says: what it costs, when somebody answers.
        source: where it was read; "" if made up.
    """

    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
    whom: Whom
    name: Words
    at: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    says: Words = {}
    source: Annotated[str, msgspec.Meta(max_length=500)] = ""

    @property
    def key(self) -> str:
        """The key of the row in all its versions."""
        return f"{self.country} {self.whom} {self.since.isoformat()}"

    @property
    def stands(self) -> bool:
        """Whether a row from a file counts without verification by a person of this node."""
        return self.synthetic or self.read is not None


def line_of(rows: Iterable[HelpLine], country: str, whom: Whom, on: date) -> HelpLine | None:
    """Return the newest help line of a country on a day, its own before that of its union; None without one."""
    of = unions.unions_of(country, on) | {country}
    found = [one for one in rows if one.whom == whom and one.country in of and one.on(on)]
    return max(found, key=lambda one: (one.country == country, one.since), default=None)


def dialled(at: str) -> str:
    """Return the number to dial; "" if it is reached by more than a number."""
    return "".join(sign for sign in at if sign.isdigit() or sign == "+") if at and set(at) <= _NUMBER else ""
