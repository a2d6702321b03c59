"""What the files and the tables say of instruments, as plain values."""

from __future__ import annotations

import enum
from datetime import date

import msgspec

from vaern.node.base.days import within
from vaern.node.law.records import Basis, Words


class DataKind(enum.StrEnum):
    """Kinds of data, as Regulation (EU) 2023/1543 has them; `identification` is asked for to know the user alone."""

    SUBSCRIBER = "subscriber"
    IDENTIFICATION = "identification"
    TRAFFIC = "traffic"
    CONTENT = "content"


class Kind(enum.StrEnum):
    """What an instrument does; `data/instruments.toml` says it of each."""

    CONTACT = "contact"
    PRESERVE = "preserve"
    INFORM = "inform"
    DIRECT = "direct"
    PRODUCE = "produce"
    MLA = "mla"
    REDIRECT = "redirect"


class Reach(enum.StrEnum):
    """Between whom it works.

    Both sides bound; the holder's own law; a provider abroad that answers of its own will; inside one country; without
    a treaty; or for whoever asks, where another country's door is the better one.
    """

    BETWEEN = "between"
    HOLDER = "holder"
    PROVIDER = "provider"
    SAME = "same"
    OPEN = "open"
    ASKER = "asker"


class Need(enum.StrEnum):
    """What an instrument asks for.

    The two of dual criminality are no conditions: the other side may refuse without it (for search and seizure alone,
    the second), and it may not.
    """

    PRESERVED = "preserved"
    DUAL_CRIMINALITY = "dual_criminality"
    DUAL_FOR_SEARCH = "dual_for_search"
    EMERGENCY = "emergency"
    CYBERTIP = "cybertip"


class Span(msgspec.Struct, frozen=True):
    """A length of time as a law says it: hours are counted by the clock, days and months by the calendar."""

    hours: int = 0
    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        """Refuse an invalid span: it names exactly one unit, and a positive number of it."""
        if sorted([self.hours, self.days, self.months])[:2] != [0, 0] or self.hours + self.days + self.months <= 0:
            raise ValueError("a span is a number of hours, of days or of months, and of one of these only")


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A span with where it comes from.

    Attributes:
        day: on which it was read there or, where nobody read it, written down.
        times: how often it may be used (of a prolongation).
    """

    span: Span
    basis: Basis
    source: str
    day: date
    times: int = 1


class Complete(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the table has every party of a treaty, as of a day: only then does it say something by silence.

    Attributes:
        day: on which that was read or, where nobody read it, written down.
        but: countries of which it says nothing all the same.
    """

    on: date
    basis: Basis
    source: str
    day: date
    but: tuple[str, ...] = ()


class Treaty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What instruments rest on: a treaty, an act of the European Union, a statute, a practice.

    Attributes:
        since: the first day in force; None where none is known.
        until: the last.
        waits: a day on which its depositary still showed it as not in force.
        complete: that the table has all its parties.
        day: on which the row was read in its source or, where nobody read all of it, written down.
    """

    code: str
    name: Words
    cite: str
    basis: Basis
    source: str
    day: date
    since: date | None = None
    until: date | None = None
    waits: date | None = None
    complete: Complete | None = None

    def covers(self, on: date) -> bool:
        """Whether it is in force on a day; both its days count."""
        return self.since is not None and within(self.since, self.until, on)


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of an instrument; what each attribute means stands at the head of `data/instruments.toml`."""

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
    day: date
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
    only: Words = {}
    outside: str = ""
    threshold: tuple[DataKind, ...] = ()


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a country is bound by a treaty, or stays out of it, from and to these days; both count.

    Attributes:
        bound: False where it stays out, and the table says so.
        at_latest: the first day is not known, and was no later; of days before, the row says nothing.
        reservation: what it said when it joined, or why it stays out.
        day: on which the row was read in its source or, where nobody read all of it, written down.
        verified: a person has compared the row with its source.
    """

    country: str
    treaty: str
    since: date
    basis: Basis
    source: str
    day: date
    until: date | None = None
    bound: bool = True
    at_latest: bool = False
    reservation: Words = {}
    verified: bool = False

    def covers(self, on: date) -> bool:
        """Whether the row says something of a day."""
        return within(self.since, self.until, on)


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a request has to say.

    Attributes:
        mark: the letter under which the provision asks for it.
        kind: `text`, a line; `lines`, several.
        data: only asked for these kinds of data; for all where it names none.
        withheld: it goes to the authority of the other side, and never to the provider that is asked.
    """

    code: str
    mark: str
    kind: str
    en: str
    da: str
    required: bool = True
    data: tuple[DataKind, ...] = ()
    withheld: bool = False


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a request under an instrument has to say.

    Attributes:
        day: on which that was read in its source or, where it is recalled, written down.
    """

    source: str
    day: date
    fields: tuple[Field, ...]

    def of(self, data: DataKind) -> Form:
        """Return the form for one kind of data."""
        return Form(self.source, self.day, tuple(one for one in self.fields if not one.data or data in one.data))


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A country's names, the time zones in which a day ends there, and its official languages, as ISO 639 has them."""

    en: str
    da: str
    zones: tuple[str, ...]
    languages: tuple[str, ...] = ()


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
