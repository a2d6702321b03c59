"""Retention of series: erased on their review date or by a person; the sources may be erased earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.releases.actions import recall_all
from vaern.node.casework.retention.actions import BY_CLOCK
from vaern.node.casework.retention.kinds import Retention
from vaern.node.crosscheck.registry.actions import withdraw
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.victims.base.life import own_locked
from vaern.node.victims.base.queries import absorbed_by
from vaern.node.victims.elsewhere import copies
from vaern.node.victims.grouping import acts
from vaern.node.victims.grouping.placement import lock
from vaern.node.victims.models import Member, Series
from vaern.node.victims.rules.series import Event, State, Who, after

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Actor, Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan


def _may_erase(series: Series, by: Actor) -> None:
    after(State(series.state), Event.ERASE, Who.NODE if by is NODE else Who.ERASER)


def _whole(series: Series) -> list[Series]:
    """Return a series after what it absorbed: that is empty, and leads to nothing any more."""
    return [*absorbed_by(series).select_related("organisation"), series]


def _let_go(series: Series, by: Actor) -> None:
    withdraw(series, by=by)


def _recall(viewer: Viewer, series: Series, reason: Reason) -> None:
    """Recall a series from everybody; of the copy of another node's, only sight ends here."""
    if series.is_copy:
        copies.end_sight(series)
    else:
        recall_all(viewer, series, reason)


RETENTION = Retention(
    model=Series,
    name="series",
    expired=acts.EXPIRED,
    erased=acts.ERASED,
    prolonged=acts.PROLONGED,
    wait=lock,
    locked=own_locked,
    may_erase=_may_erase,
    whole=_whole,
    recall=_recall,
    let_go=_let_go,
    delete=copies.delete,
)


def unlink(scan: Scan) -> int:
    """Clear the link to a scan that is being erased from all members; return how many had it.

    A series is the organisation's own work, with an end date of its own: the hashes stay as long as it does, and say
    no longer on which drive the file was.
    """
    count: int = Member.of(scan=scan).update(scan=None, finding=None)
    if count:
        record(acts.UNLINKED, scan.subject, NODE, BY_CLOCK, count=count)
    return count
