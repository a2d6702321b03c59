"""What the files and the tables say of instruments, as plain values. Pure; no Django."""

from __future__ import annotations

import enum
from datetime import date  # noqa: TC003 - msgspec reads it

import msgspec

from vaern.node.law.records import Basis, Words  # noqa: TC001 - msgspec reads them


class DataKind(enum.StrEnum):
    """Kinds of data, as Regulation (EU) 2023/1543 has them; `identification` is asked for to know the user alone."""

    SUBSCRIBER = "subscriber"
    IDENTIFICATION = "identification"
    TRAFFIC = "traffic"
    CONTENT = "content"


class Kind(enum.StrEnum):
    """What an instrument does."""

    CONTACT = "contact"
    PRESERVE = "preserve"
    PRODUCE = "produce"
    MLA = "mla"


class Reach(enum.StrEnum):
    """Between whom it works: both bound, the holder's own law, inside one country, or without a treaty."""

    BETWEEN = "between"
    HOLDER = "holder"
    SAME = "same"
    OPEN = "open"


class Need(enum.StrEnum):
    """What has to be so before an instrument can be used."""

    PRESERVED = "preserved"
    DUAL_CRIMINALITY = "dual_criminality"
    EMERGENCY = "emergency"
    CYBERTIP = "cybertip"


class Span(msgspec.Struct, frozen=True):
    """A length of time as a law says it: hours are counted by the clock, days and months by the calendar."""

    hours: int = 0
    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no length: a span names one unit, and more than nothing of it."""
        if sorted([self.hours, self.days, self.months])[:2] != [0, 0] or self.hours + self.days + self.months <= 0:
            raise ValueError("a span is a number of hours, of days or of months, and of one of these only")


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A span with where it comes from.

    Attributes:
        times: how often it may be used (of a prolongation).
    """

    span: Span
    basis: Basis
    source: str
    times: int = 1


class Treaty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What instruments rest on: a treaty, an act of the European Union, a statute.

    Attributes:
        since: the first day in force; None where none is known.
        until: the last.
    """

    code: str
    name: Words
    cite: str
    basis: Basis
    source: str
    since: date | None = None
    until: date | None = None


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of an instrument; what each attribute means stands at the head of `instruments/instruments.toml`."""

    code: str
    version: int
    treaty: str
    name: Words
    provision: str
    kind: Kind
    reach: Reach
    data: tuple[DataKind, ...]
    languages: Words
    basis: Basis
    source: str
    form: str = ""
    needs: tuple[Need, ...] = ()
    across: str = ""
    through: str = ""
    yields: str = ""
    precedence: int = 0
    expects: Figure | None = None
    emergency: Figure | None = None
    holds: Figure | None = None
    prolongs: Figure | None = None
    note: Words = {}


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a country is bound by a treaty, or stays out of it, from and to these days; both count.

    Attributes:
        bound: False where it stays out, and the table says so.
        reservation: what it said when it joined, or why it stays out.
        verified: a person has compared the row with its source.
    """

    country: str
    treaty: str
    since: date
    basis: Basis
    source: str
    until: date | None = None
    bound: bool = True
    reservation: Words = {}
    verified: bool = False

    def covers(self, on: date) -> bool:
        """Whether the row says something of a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a request has to say.

    Attributes:
        mark: the letter under which the provision asks for it.
        kind: `text`, a line; `lines`, several.
    """

    code: str
    mark: str
    kind: str
    en: str
    da: str
    required: bool = True


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a request under an instrument has to say."""

    source: str
    fields: tuple[Field, ...]


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A country's names, and the time zones in which a day ends there."""

    en: str
    da: str
    zones: tuple[str, ...]


class Book(msgspec.Struct, frozen=True):
    """All that is known of instruments on one day: the newest version of each row."""

    treaties: dict[str, Treaty]
    instruments: dict[str, Instrument]
    parties: tuple[Party, ...]
    countries: dict[str, Country] = {}
    forms: dict[str, Form] = {}
    verified: frozenset[str] = frozenset()

    def party(self, country: str, treaty: str, on: date) -> Party | None:
        """Return what the table says of a country and a treaty on a day: the row that began last."""
        found = [one for one in self.parties if (one.country, one.treaty) == (country, treaty) and one.covers(on)]
        return max(found, key=lambda one: one.since) if found else None
