"""What every dated row of law says of itself. Pure; no Django."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any, Protocol

import msgspec

from vaern.node.base.days import within

Words = dict[str, str]
"""A text in the languages of the pages: `{"en": …, "da": …}`."""


class Basis(enum.StrEnum):
    """How a statement came about: read in its source, recalled, or a figure to plan by that no law gives."""

    READ = "read"
    RECALLED = "recalled"
    ASSUMED = "assumed"


class Content(Protocol):
    """What a row has to have beside what its table is about; a `msgspec.Struct` in each case.

    Attributes:
        day: on which somebody read the row in its source or, where nobody read all of it, wrote it down.
    """

    basis: Any
    source: Any
    day: Any


class InForce(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a row has that is in force from and to a day.

    Attributes:
        since, until: its first and its last day; both count.
        source: where it stands.
        read, recalled: the day on which somebody read all of it there or, else, wrote it down from memory.
        synthetic: it is made up; it counts in no real node.
    """

    since: date
    until: date | None = None
    source: str
    read: date | None = None
    recalled: date | None = None
    basis: Basis = Basis.READ
    synthetic: bool = False

    @property
    def day(self) -> date | None:
        """On which somebody read it or wrote it down; None where it is made up."""
        return self.read or self.recalled

    def on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return within(self.since, self.until, day)
