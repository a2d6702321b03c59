"""What waits for a person, and what is new to them. Opening the page is recorded like a list; counting is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject
from vaern.node.today import acts
from vaern.node.today.models import MailWish, Seen
from vaern.node.web.items import Group, digest_of, found_for, lines_of

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.items import Item, Kind, Line

LIST = Subject("today")
COUNTED = (Group.NOW, Group.TODAY, Group.NEWS)
"""What the quiet number beside *Today* counts: the rest of the week does not call."""


@dataclass(frozen=True)
class Board:
    """What waits for a person.

    Attributes:
        lines: by when they have to be dealt with; each record once.
        kinds: those that there is something of, by code.
        failed: how many providers failed.
    """

    lines: dict[Group, list[Line]]
    kinds: dict[str, Kind]
    failed: int

    @property
    def all(self) -> list[Line]:
        """Every line, the most pressing first."""
        return [line for group in Group for line in self.lines[group]]

    @property
    def calls(self) -> int:
        """The number beside *Today*."""
        return sum(len(self.lines[group]) for group in COUNTED)

    @property
    def mark(self) -> str:
        """Changes when something else is on the page; says nothing of it."""
        said = [
            f"{group}:{line.key}:{line.item.count}:{[str(one.what) for one in (line.item, *line.also)]}"
            for group in Group
            for line in self.lines[group]
        ]
        return digest_of("\n".join([*said, str(self.failed)]))[:16]

    def only(self, kind: str) -> Board:
        """Return the lines of one kind; all of them for "" and for a kind that nothing is of."""
        if kind not in self.kinds:
            return self
        lines = {group: [line for line in found if kind in line.kinds] for group, found in self.lines.items()}
        return replace(self, lines=lines)

    def counts(self) -> dict[str, int]:
        """Return how many lines there are of each kind."""
        return dict(Counter(kind for line in self.all for kind in line.kinds))


def board(viewer: Viewer) -> Board:
    """Return what waits for somebody, without what they have seen of their news. Shows nothing by itself."""
    found = found_for(viewer)
    now, seen = timezone.now(), _seen(viewer, [item for _kind, item in found.items if item.news])
    kept = [(kind, item) for kind, item in found.items if not item.news or digest_of(item.news) not in seen]
    end = datetime.combine(timezone.localdate(), time.max)
    lines = lines_of(kept, now, timezone.make_aware(end))
    there = {kind for group in lines.values() for line in group for kind in line.kinds}
    return Board(lines, {code: kind for code, kind in found.kinds.items() if code in there}, found.failed)


def shown(viewer: Viewer, whole: Board, kind: str = "") -> Board:
    """Return what waits for somebody, of one kind; recorded with how many records the page names."""
    part = whole.only(kind)
    whys = [why for line in part.all if (why := _why(whole, line))]
    if whys:
        with transaction.atomic():
            reason = Reason(Counter(whys).most_common(1)[0][0])
            record(acts.LISTED, LIST, viewer.actor, reason, count=len(whys))
    return part


def _why(found: Board, line: Line) -> Why | None:
    """Return for what a line is read that names a record of casework; None for one that names none."""
    return next((why for kind in line.kinds if (why := found.kinds[kind].why)), None)


def _seen(viewer: Viewer, news: list[Item]) -> set[str]:
    if not news or viewer.person is None:
        return set()
    keys = [bytes.fromhex(digest_of(item.news)) for item in news]
    rows = Seen.objects.filter(person=viewer.person, key__in=keys).values_list("key", flat=True)
    return {bytes(key).hex() for key in rows}


def wish_of(person: Person) -> MailWish:
    """Return what mail a person asked for; none, where they never chose."""
    return MailWish.objects.filter(person=person).first() or MailWish(person=person)
