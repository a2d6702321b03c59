"""The yearly report of article 22(3): notices by provider, type of content, and what the provider did. Pure; no Django.

Counted from ledger entries, which are never erased: codes, digests and moments, without any record.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from vaern.node.reports.rules.flaggers import in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from vaern.node.reports.rules.flaggers import Known


class Action(enum.StrEnum):
    """The result of a notice, as known when the report was made."""

    REMOVED = "removed"
    OFFLINE = "offline"
    MOVED = "moved"
    NEED_MORE = "need_more"
    NONE = "none"
    TAKEN_BACK = "taken_back"


class What(enum.Enum):
    """The meaning of a ledger entry for the report."""

    NOTICE = enum.auto()
    ANSWER = enum.auto()
    OFFLINE = enum.auto()
    TAKEN_BACK = enum.auto()


@dataclass(frozen=True)
class Happened:
    """One ledger entry about a location.

    Attributes:
        year: of its moment, in the node's time zone.
        report: id of the report, which may be erased by now.
        tags: the tags of the entry (`takedown.tags`).
    """

    what: What
    year: int
    report: UUID
    tags: dict[str, str]

    @property
    def place(self) -> tuple[UUID, str]:
        """The location, as a key."""
        return self.report, self.tags.get("item", "")

    @property
    def notice(self) -> tuple[UUID, str, str]:
        """The notice, as a key: notices are numbered within their location."""
        return *self.place, self.tags.get("notice", "")


@dataclass
class _Notice:
    year: int
    provider: str
    offence: str
    flagger: str
    answer: str = ""
    offline: bool = False
    taken_back: bool = False

    @property
    def action(self) -> Action:
        if self.taken_back:
            return Action.TAKEN_BACK
        if self.answer == Action.REMOVED.value:
            return Action.REMOVED
        if self.offline:
            return Action.OFFLINE
        return Action(self.answer) if self.answer else Action.NONE


Key = tuple[str, str, str]
"""Digest of the provider, code of the type, code of the action."""


@dataclass
class Counts:
    """The numbers of a year.

    Attributes:
        lines: notices that were sent while the organisation was a trusted flagger, by provider, type and action.
        unnamed: how many of these did not name it, and so claimed no priority.
        outside: notices to hosting providers under the same law while it had no status; in no line.
    """

    lines: Counter[Key] = field(default_factory=Counter)
    unnamed: int = 0
    outside: int = 0


def counted(entries: Iterable[Happened], year: int, cited: frozenset[str]) -> Counts:
    """Return the numbers of a year.

    A location that went offline is attributed to the last notice that a hosting provider got about it.

    Args:
        entries: of one organisation, in the order of the ledger, from the beginning of the year at the latest.
        year: of the notices; their results may be later.
        cited: codes of the texts that give trusted flaggers priority.
    """
    notices: dict[tuple[UUID, str, str], _Notice] = {}
    last: dict[tuple[UUID, str], _Notice] = {}
    outside = 0
    for one in entries:
        if one.what is What.NOTICE and (provider := one.tags.get("provider")):
            made = _Notice(one.year, provider, one.tags.get("offence", "unclear"), one.tags.get("flagger", ""))
            notices[one.notice] = last[one.place] = made
            outside += one.year == year and not made.flagger and one.tags.get("cites") in cited
        elif one.what is What.ANSWER and one.notice in notices:
            notices[one.notice].answer = one.tags.get("answer", "")
        elif one.what is What.OFFLINE and one.place in last:
            last[one.place].offline = True
        elif one.what is What.TAKEN_BACK:
            for key, notice in notices.items():
                notice.taken_back |= key[:2] == one.place
    own = [one for one in notices.values() if one.flagger and one.year == year]
    lines = Counter((one.provider, one.offence, one.action.value) for one in own)
    return Counts(lines, sum(one.flagger == "unnamed" for one in own), outside)


def spans(known: Sequence[Known], year: int, today: date) -> tuple[tuple[date, date], ...]:
    """Return the days of a year on which the status was in force: first and last of each run, up to today."""
    found: list[tuple[date, date]] = []
    day, end = date(year, 1, 1), min(date(year, 12, 31), today)
    while day <= end:
        if in_force(known, day):
            begun = found and found[-1][1] == day - timedelta(days=1)
            found[-1:] = [(found[-1][0], day)] if begun else [*found[-1:], (day, day)]
        day += timedelta(days=1)
    return tuple(found)


class Line(msgspec.Struct, frozen=True):
    """Notices of one kind.

    Attributes:
        provider: name; "" once it is erased.
        digest: of the name, as the ledger has it.
        type, action: codes.
    """

    provider: str
    digest: str
    type: str
    action: str
    notices: int

    @property
    def key(self) -> Key:
        """The key by which it is counted."""
        return self.digest, self.type, self.action


class Yearly(msgspec.Struct, frozen=True):
    """A yearly report, as stored and published.

    Attributes:
        organisation: its name.
        coordinator, country, awarded, area: of the award that stood last in the year.
        days: first and last of each run of days on which the status was in force.
        known: the moment as of which the results of notices are reported.
        independence: the explanation by language; `independence_version` is its number, 0 for none yet.
    """

    organisation: str
    year: int
    coordinator: str
    country: str
    awarded: date | None
    area: str
    days: tuple[tuple[date, date], ...]
    lines: tuple[Line, ...]
    total: int
    unnamed: int
    outside: int
    independence: dict[str, str]
    independence_version: int
    known: datetime
    synthetic: bool
    format: str = "vaern.trusted-flagger-report/1"


class Drift(msgspec.Struct, frozen=True):
    """A line whose number now differs from the report of a closed year."""

    line: Line
    then: int
    now: int


def drifted(closed: Yearly, now: Yearly) -> list[Drift]:
    """Return the lines that would differ today; names of providers are not compared."""
    then, today = {line.key: line for line in closed.lines}, {line.key: line for line in now.lines}
    keys = sorted({key for key in (*then, *today) if _number(then, key) != _number(today, key)})
    return [Drift(then.get(key) or today[key], _number(then, key), _number(today, key)) for key in keys]


def _number(lines: dict[Key, Line], key: Key) -> int:
    return lines[key].notices if key in lines else 0
