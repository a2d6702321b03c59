"""Retention: a series ends by the clock or by a person, and what it was built from can end before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention import BY_CLOCK, expire, node_of
from vaern.node.crosscheck.registry.actions import withdraw
from vaern.node.external.passage import forget
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason
from vaern.node.victims.base.life import locked, own_or_refuse
from vaern.node.victims.base.queries import parts_of
from vaern.node.victims.grouping import acts
from vaern.node.victims.grouping.placement import lock
from vaern.node.victims.models import Link, Member, NearValue, Series
from vaern.node.victims.rules.series import Event, State, Who, after

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.ledger.rules import Act, Actor
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan


@transaction.atomic
def erase(viewer: Viewer, reason: Reason, series: Series) -> int:
    """Erase a series with all that hangs on it, and recall it from everybody; return how many files went.

    Raises:
        Refusal: it is not theirs.
    """
    lock(viewer.organisation)
    current = locked(viewer, series)
    own_or_refuse(viewer, current)
    after(State(current.state), Event.ERASE, Who.ERASER)
    return _erase(current, viewer, acts.ERASED, viewer.actor, reason)


def erase_expired(today: date | None = None) -> int:
    """Erase every series whose review date has passed, each in its own transaction; return how many."""
    return expire("series.expire", Series.everywhere.all(), _expire, today, first=lock)


def _expire(series: Series) -> int:
    after(State(series.state), Event.ERASE, Who.NODE)
    _erase(series, node_of(series.organisation), acts.EXPIRED, NODE, BY_CLOCK)
    return 1


def _erase(series: Series, viewer: Viewer, act: Act, by: Actor, reason: Reason) -> int:
    """Erase a locked series and what it absorbed: that is empty, and leads to nothing any more."""
    count = Member.everywhere.filter(series=series).count()
    parts = list(Series.everywhere.filter(pk__in=parts_of(series.pk)).select_related("organisation"))
    for part in parts:
        releases.recall_all(viewer, part, reason)
        withdraw(part, by=by)
    members = Member.everywhere.filter(series=series).values("pk")
    NearValue.everywhere.filter(member__in=members)._raw_delete("default")  # noqa: SLF001 - nothing hangs on it
    Link.everywhere.filter(member__in=members)._raw_delete("default")  # noqa: SLF001
    subjects = [part.subject for part in parts]
    for part in parts:
        forget(Series.KIND, part.pk)
        part.delete()
    for subject in subjects:
        record(act, subject, by, reason, count=count if subject.id == series.id else 0)
    return count


def unlink(scan: Scan) -> int:
    """Take the link to a scan that is being erased from the files of series; return how many had it.

    A series is the organisation's own work, with an end date of its own: the hashes stay as long as it does, and say
    no longer on which drive the file was.
    """
    count: int = Member.everywhere.filter(scan=scan).update(scan=None, finding=None)
    if count:
        record(acts.UNLINKED, scan.subject, NODE, BY_CLOCK, count=count)
    return count
