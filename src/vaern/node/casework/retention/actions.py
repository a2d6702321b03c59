"""Keep a record longer, and erase it: by a person with a reason, or by the clock at its end date.

The same for every kind: it is locked, what holds it is asked, it is recalled from everybody, what statistics need is
kept, whoever refers to it lets go, it is deleted, and the ledger says so. What differs, a `Retention` says.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each, each_night
from vaern.node.base.refusals import Refusal
from vaern.node.base.sql import run
from vaern.node.casework.retention.kinds import kind_of, known, let_go
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.rules import LONGEST_KEPT
from vaern.node.organisations.viewers import Viewer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.casework.retention.kinds import Number, Record, Retention
    from vaern.node.ledger.rules import Act, Actor
    from vaern.node.organisations.models import Organisation

BY_CLOCK = Reason(Why.RETENTION)
"""Why the node erases something at its end date."""

COUNT = """
    INSERT INTO casework_statistic (organisation_id, kind, month, name, value)
    SELECT %s, %s, month, name, sum(value)
    FROM unnest(%s::date[], %s::text[], %s::bigint[]) AS given (month, name, value)
    GROUP BY month, name ORDER BY month, name
    ON CONFLICT (organisation_id, kind, month, name)
        DO UPDATE SET value = casework_statistic.value + excluded.value
    RETURNING id
"""


def register(kind: Retention[Any]) -> None:
    """Make known how a kind of record ends, and let the clock come to it each night.

    Raises:
        ValueError: something else that is erased has its name.
    """
    known(kind)
    each_night(kind.name, partial(expire, kind))


def check_end_date(until: date, latest: date | None = None) -> None:
    """Refuse an end date that may not be chosen.

    Args:
        until: which.
        latest: until when whoever passed the record on gave it; None where it is one's own.

    Raises:
        Refusal: it has passed, or is further away than anything is kept at a time, or than it was given.
    """
    today = timezone.localdate()
    if not today < until <= today + LONGEST_KEPT:
        raise Refusal(_("The day must lie ahead, within five years."), field="until")
    if latest is not None and until > latest:
        raise Refusal(_("Its sender gave it until %(day)s.") % {"day": latest.isoformat()}, field="until")


@transaction.atomic
def prolong(viewer: Viewer, reason: Reason, record: Record, until: date) -> Record:
    """Decide that a record is still needed, until another day.

    Raises:
        Refusal: it is not theirs, or the day is not one that may be chosen.
    """
    kind = kind_of(record)
    assert kind.prolonged is not None  # no page and no operation leads here
    current = kind.locked(viewer, record)
    check_end_date(until, kind.latest(current))
    kind.keep(current, until)
    write(kind.prolonged, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def erase(viewer: Viewer, reason: Reason, record: Casework) -> int:
    """Erase a record with all that hangs on it, and recall it from everybody.

    Returns:
        How many rows, files or findings went, as its kind counts.

    Raises:
        Refusal: it is not theirs, or why it may not be erased.
    """
    kind = kind_of(record)
    assert kind.erased is not None
    kind.wait(viewer.organisation)
    current = kind.locked(viewer, record)
    kind.may_erase(current, viewer.actor)
    for hold in kind.holds(current, timezone.localdate()):
        if hold.refusal:
            raise Refusal(hold.refusal)
    return _erase_whole(kind, current, viewer, kind.erased, viewer.actor, reason)


def expire(kind: Retention[Record], today: date | None = None) -> int:
    """Erase each record whose end date has passed, in a transaction of its own; return how many went."""
    day = today or timezone.localdate()
    rows = kind.model.everywhere.all() if kind.rows is None else kind.rows()
    past = rows.filter(review_date__lt=day)

    def turn(pk: Any) -> bool:
        found = past.select_related("organisation").filter(pk=pk).first()
        if found is None:
            return False
        kind.wait(found.organisation)
        locked = past.select_for_update(of=("self",), no_key=True).select_related("organisation")
        record = locked.filter(pk=pk).first()  # somebody may have kept it longer just now
        return record is not None and _expire(kind, record, day)

    return each(f"{kind.name}.expire", past.order_by("review_date", "pk").values_list("pk", flat=True), turn)


def _expire(kind: Retention[Record], record: Record, today: date) -> bool:
    """Erase a locked record at its end date, or keep it for what holds it; return whether it went."""
    for hold in kind.holds(record, today):
        if hold.until >= today:
            record.review_date = hold.until
            record.save(update_fields=["review_date"])
            write(hold.act, record.subject, NODE, BY_CLOCK)
            return False
    kind.may_erase(record, NODE)
    _erase_whole(kind, record, node_of(record.organisation), kind.expired, NODE, BY_CLOCK)
    return True


def _erase_whole(kind: Retention[Record], record: Record, viewer: Viewer, act: Act, by: Actor, reason: Reason) -> int:
    went = 0
    for one in kind.whole(record):
        kind.recall(viewer, one, reason)
        went += _erase(kind, one, act, by, reason)
    return went


def erase_now(record: Casework, act: Act, by: Actor, reason: Reason) -> int:
    """Erase a record that the caller has locked and recalled, keep the numbers, and write the entry."""
    return _erase(kind_of(record), record, act, by, reason)


def _erase(kind: Retention[Record], record: Record, act: Act, by: Actor, reason: Reason) -> int:
    count(record.KIND, record.organisation_id, kind.numbers(record))
    kind.let_go(record, by)
    let_go(record)
    subject = record.subject
    went = kind.delete(record)
    write(act, subject, by, reason, count=went)
    return went or 0


def node_of(organisation: Organisation) -> Viewer:
    """Return the node, as it acts for an organisation by the clock."""
    return Viewer(organisation, frozenset())


def count(kind: str, organisation: UUID, numbers: Iterable[Number]) -> None:
    """Add to numbers that outlive the records behind them, each in the month of its day.

    Args:
        kind: of the record that is erased.
        organisation: whose it was.
        numbers: each with its name, among those of the kind.
    """
    given = [(one.day.replace(day=1), one.name, one.value) for one in numbers]
    if given:
        run(COUNT, [organisation, kind, *map(list, zip(*given, strict=True))])
