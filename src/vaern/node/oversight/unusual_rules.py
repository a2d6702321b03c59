"""When what somebody does is unusual for them, and when a week is unusual for an organisation. Pure; no Django.

Everybody is held against themselves: the week that ends today against the four weeks before it. Nobody is held against
others, nothing adds up to a score, and what is found is a lead to where to look, never an accusation.
"""

from __future__ import annotations

import enum
import math
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

VERSION = "1 (29 November 2026)"
"""Of the rules; another whenever one of them finds something else than before."""

LOOKED_AT = timedelta(days=7)
BEFORE = timedelta(days=28)
"""The days that are looked at, today included, and those before them that say what is usual."""

DAYS_NEEDED = 5
"""Days on which somebody worked before; with fewer nothing is usual yet, and nothing is said."""

USUAL_SHARE = 0.9
"""The usual is what nine of ten of the days before did not exceed: one odd day in ten does not hide the next."""

TIMES = 2
"""How many times the usual is unusual."""

HOURS_AROUND = 1
"""An hour next to one at which somebody worked before is none that is unusual."""


class What(enum.StrEnum):
    """What is counted of each person and day; also a filter of the ledger."""

    OPENED = "opened"
    SEARCHED = "searched"
    TAKEN_OUT = "taken_out"
    FOREIGN = "foreign"
    REFUSED = "refused"


class Rule(enum.StrEnum):
    """Why something is named."""

    OPENED = "opened"
    HOURS = "hours"
    SEARCHED = "searched"
    TAKEN_OUT = "taken_out"
    FOREIGN = "foreign"
    ONLY_READ = "only_read"


FLOORS = {
    Rule.OPENED: 20,
    Rule.HOURS: 3,
    Rule.SEARCHED: 15,
    Rule.TAKEN_OUT: 3,
    Rule.FOREIGN: 5,
    Rule.ONLY_READ: 15,
}
"""Below so many on one day nothing is unusual, whatever is usual."""

WEEK_FLOOR = 10
"""The same of a week of an organisation."""


@dataclass(frozen=True)
class Day:
    """What one person did on one day.

    Attributes:
        counts: by rule, all but `Rule.HOURS`.
        hours: how many records they opened, by hour of the day.
        worked: the hours at which they did anything.
    """

    counts: Mapping[Rule, int]
    hours: Mapping[int, int]
    worked: Collection[int]

    def and_also(self, other: Day) -> Day:
        """Return the day with what the same person did on it in another organisation."""
        counts, hours = Counter(self.counts), Counter(self.hours)
        counts.update(other.counts)
        hours.update(other.hours)
        return Day(counts, hours, {*self.worked, *other.worked})


@dataclass(frozen=True)
class Finding:
    """A day of a person that is unusual for them.

    Attributes:
        count: how many; usual: what their days before did not exceed.
        hours: of `Rule.HOURS`, at which.
    """

    rule: Rule
    person: UUID
    day: date
    count: int
    usual: int
    hours: tuple[int, ...] = ()


def usual(before: Sequence[int]) -> int:
    """Return what nine of ten of some numbers do not exceed, by nearest rank; 0 of none."""
    ordered = sorted(before)
    return ordered[math.ceil(USUAL_SHARE * len(ordered)) - 1] if ordered else 0


def is_unusual(count: int, before: Sequence[int], floor: int, needed: int = DAYS_NEEDED) -> bool:
    """Whether a number is at least a floor and at least twice the usual, where enough came before to say."""
    return len(before) >= needed and count >= max(floor, 1) and count >= TIMES * usual(before)


def strange_hours(opened: Mapping[int, int], before: Collection[int]) -> tuple[int, ...]:
    """Return the hours at which records were opened that are neither among those of before nor next to one of them."""
    near = {(hour + step) % 24 for hour in before for step in range(-HOURS_AROUND, HOURS_AROUND + 1)}
    return tuple(sorted(hour for hour, count in opened.items() if count and hour not in near))


def of_person(person: UUID, days: Mapping[date, Day], first: date) -> list[Finding]:
    """Return what is unusual in somebody's days from one on, against their own days before it.

    Args:
        person: whose they are.
        days: those on which they did anything.
        first: the first day that is looked at.
    """
    before = [day for at, day in days.items() if at < first]
    hours = {hour for day in before for hour in day.worked}
    found = []
    for at in sorted(day for day in days if day >= first):
        for rule, floor in FLOORS.items():
            if rule is Rule.HOURS:
                strange = strange_hours(days[at].hours, hours)
                count = sum(days[at].hours[hour] for hour in strange)
                if len(before) >= DAYS_NEEDED and count >= floor:
                    found.append(Finding(rule, person, at, count, 0, strange))
                continue
            counts, count = [day.counts.get(rule, 0) for day in before], days[at].counts.get(rule, 0)
            if is_unusual(count, counts, floor):
                found.append(Finding(rule, person, at, count, usual(counts)))
    return found


def ordered(found: Iterable[Finding]) -> list[Finding]:
    """Return findings by day, the latest first, and by rule: never by how much, and never by person."""
    rules = list(Rule)
    return sorted(found, key=lambda one: (-one.day.toordinal(), rules.index(one.rule), one.person))


def week_is_unusual(count: int, before: Sequence[int]) -> bool:
    """Whether a week of an organisation is unusual against the weeks before: twice the most of them, and not few."""
    return any(before) and count >= WEEK_FLOOR and count >= TIMES * max(before)
