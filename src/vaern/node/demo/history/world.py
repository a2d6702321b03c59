"""What the stories of the demonstration's history share: its people, its span, how far it has come, and chance."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.demo.stories import in_hours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from vaern.node.demo.seed import Alliance
    from vaern.node.organisations.rules import Role
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Host

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class World:
    """Where and when the stories happen.

    Attributes:
        begins, ends: the span of the history; it ends now.
        hosts: what each desk keeps of hosts, by organisation and name.
        journal: the running numbers of journals, by their beginning.
    """

    alliance: Alliance
    begins: datetime
    ends: datetime
    hosts: dict[tuple[UUID, str], Host] = field(default_factory=dict)
    journal: dict[str, int] = field(default_factory=dict)
    _people: dict[tuple[str, Role], Viewer] = field(default_factory=dict)

    def someone(self, host: str, role: Role) -> Viewer:
        """Return the first person of an organisation with a role."""
        key = (host, role)
        if key not in self._people:
            self._people[key] = self.alliance.someone(host, role)
        return self._people[key]

    def progress(self, at: datetime | None = None) -> float:
        """Return how far the history has come at a moment: 0 where it begins, 1 today."""
        at = at or timezone.now()
        return min(1.0, max(0.0, (at - self.begins) / (self.ends - self.begins)))

    def between(self, first: float, last: float, at: datetime | None = None) -> float:
        """Return a number that goes from one at the beginning to another today."""
        return first + (last - first) * self.progress(at)

    def number(self, prefix: str, first: int) -> str:
        """Return the next number of a journal."""
        self.journal[prefix] = self.journal.get(prefix, first - 1) + 1
        return f"{prefix}{self.journal[prefix]:04}"

    def times(self, draw: random.Random, first: float, last: float, until: timedelta = HOUR) -> Iterator[datetime]:
        """Yield moments at a growing rate.

        Args:
            draw: chance.
            first, last: so many days lie between two at the beginning, and today.
            until: so long before today it ends.
        """
        at = self.begins + draw.random() * first * DAY
        while at < self.ends - until:
            yield at
            at += draw.uniform(0.3, 1.7) * self.between(first, last, at) * DAY


def chance(*key: object) -> random.Random:
    """Return chance of its own for one story: the same at each start, whatever the others do."""
    return random.Random(" ".join(map(str, key)))  # noqa: S311 - invented data


def hours(draw: random.Random, median: float, spread: float = 0.8) -> timedelta:
    """Return a time as times of work are: half are shorter than the median, a few are much longer."""
    return draw.lognormvariate(0, spread) * median * HOUR


def at_desk(draw: random.Random, wait: timedelta) -> datetime:
    """Return the moment, after a while, at which somebody of a desk gets to it."""
    return in_hours(timezone.now() + wait, draw)
