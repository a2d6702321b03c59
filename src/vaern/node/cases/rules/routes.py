"""What is asked of the router, and what it answers: questions, reasons, the three answers."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaern.node.cases.rules.instruments import Reach

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.cases.rules.instruments import DataKind, Figure, Instrument
    from vaern.node.law.records import Words


@dataclass(frozen=True)
class Question:
    """What is to be had, from where.

    Attributes:
        requesting, holder: countries: of who asks, and of who holds the data.
        data: what kind.
        on: the day on which it is asked for, in the country of who asks (`day_of`).
        urgent: an imminent danger to somebody's life or safety.
        preserved: the data are preserved already.
        cybertip: the provider reported them to the CyberTipline.
        dual: the act is an offence on both sides; None where nobody has looked.
        grave: the offence is as grave as an instrument asks, or one that it names; None where nobody has looked.
    """

    requesting: str
    holder: str
    data: DataKind
    on: date
    urgent: bool = False
    preserved: bool = False
    cybertip: bool = False
    dual: bool | None = None
    grave: bool | None = None


class Code(enum.StrEnum):
    """One line of an explanation.

    Those in AGAINST say why an instrument cannot be used, those in UNSURE what the table does not say, those in WARNS
    what may still go wrong, all others why and how.
    """

    IN_FORCE = "in_force"
    BOUND = "bound"
    HOLDERS_LAW = "holders_law"
    REACHED_THROUGH = "reached_through"
    OWN_LAW = "own_law"
    OUTSIDE = "outside"
    NO_TREATY_NEEDED = "no_treaty_needed"
    COVERS_DATA = "covers_data"
    RUNS_BY_ITSELF = "runs_by_itself"
    EMERGENCY_TIME = "emergency_time"
    DUAL_MET = "dual_met"
    OFFENCE_MET = "offence_met"
    DUAL_UNKNOWN = "dual_unknown"
    DUAL_MISSING = "dual_missing"
    OFFENCE_UNKNOWN = "offence_unknown"
    DUAL_FOR_SEARCH = "dual_for_search"
    RESERVATION = "reservation"
    CONDITION = "condition"
    UNKNOWN_FORCE = "unknown_force"
    UNKNOWN_PARTY = "unknown_party"
    UNKNOWN_LAW = "unknown_law"
    WAY_UNKNOWN = "way_unknown"
    NOT_PARTY = "not_party"
    STAYS_OUT = "stays_out"
    NOT_YET = "not_yet"
    NO_MORE = "no_more"
    NOT_IN_FORCE = "not_in_force"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    NO_LONGER_IN_FORCE = "no_longer_in_force"
    NOT_THE_HOLDERS_LAW = "not_the_holders_law"
    NO_WAY_THERE = "no_way_there"
    SAME_COUNTRY = "same_country"
    OTHER_COUNTRY = "other_country"
    WRONG_SIDES = "wrong_sides"
    INSIDE = "inside"
    REPLACED = "replaced"
    WRONG_DATA = "wrong_data"
    NEEDS_PRESERVATION = "needs_preservation"
    NEEDS_EMERGENCY = "needs_emergency"
    NEEDS_CYBERTIP = "needs_cybertip"
    OFFENCE_TOO_LIGHT = "offence_too_light"


_CODES = list(Code)
AGAINST = frozenset(_CODES[_CODES.index(Code.NOT_PARTY) :])
UNSURE = frozenset(_CODES[_CODES.index(Code.UNKNOWN_FORCE) : _CODES.index(Code.NOT_PARTY)])
WARNS = frozenset(_CODES[_CODES.index(Code.DUAL_UNKNOWN) : _CODES.index(Code.UNKNOWN_FORCE)])


class Standing(enum.IntEnum):
    """The three answers, and what is left where there is no treaty; the better the lower."""

    USABLE = 0
    UNCERTAIN = 1
    LAST_RESORT = 2
    BARRED = 3


@dataclass(frozen=True)
class Line:
    """One reason.

    Attributes:
        country: of which it speaks.
        day: from which, or to which, something holds; of NOT_PARTY and NOT_IN_FORCE, on which it was looked up.
        instrument: the other one that it names.
        words: what a country said, or the condition.
        unverified: it rests on a row that no person has verified.
    """

    code: Code
    country: str = ""
    day: date | None = None
    instrument: str = ""
    words: Words = field(default_factory=dict, hash=False)
    unverified: bool = False


@dataclass(frozen=True)
class Answer:
    """What is to be said of one instrument.

    Attributes:
        lines: why it can be used, or why not, in the order in which they are checked.
        expects: how long it takes; None where nobody can say.
    """

    instrument: Instrument
    lines: tuple[Line, ...]
    expects: Figure | None

    @property
    def standing(self) -> Standing:
        """How it stands: barred by one line that says so, uncertain by one that the table leaves open."""
        codes = {line.code for line in self.lines}
        if codes & AGAINST:
            return Standing.BARRED
        if codes & UNSURE:
            return Standing.UNCERTAIN
        return Standing.LAST_RESORT if self.instrument.reach is Reach.OPEN else Standing.USABLE

    @property
    def usable(self) -> bool:
        """Whether it certainly can be used."""
        return self.standing in {Standing.USABLE, Standing.LAST_RESORT}

    @property
    def possible(self) -> bool:
        """Whether nothing stands against it: it can be used, or the table does not say."""
        return self.standing is not Standing.BARRED

    @property
    def unverified(self) -> bool:
        """Whether it rests on a row that no person has verified."""
        return any(line.unverified for line in self.lines)


@dataclass(frozen=True)
class Route:
    """The whole answer, each part in the order in which they are best used.

    Attributes:
        ranked: everything that nothing stands against: first what is certain, then what the table does not say, then
            what needs no treaty. In each: what saves a life, what secures the data, what brings them, the quickest
            first.
        others: every other instrument of the book.
        sequence: what is proposed: in danger of life the emergency first; one to secure, then one to obtain; then
            those that wait for the first.
    """

    ranked: tuple[Answer, ...]
    others: tuple[Answer, ...]
    sequence: tuple[Answer, ...]

    @property
    def usable(self) -> tuple[Answer, ...]:
        """The instruments that can certainly be used."""
        return tuple(one for one in self.ranked if one.usable)

    @property
    def uncertain(self) -> tuple[Answer, ...]:
        """The instruments of which the table does not say whether they can be used."""
        return tuple(one for one in self.ranked if not one.usable)

    @property
    def asked(self) -> tuple[Answer, ...]:
        """Under what a request can be written."""
        return tuple(one for one in self.ranked if one.instrument.form)
