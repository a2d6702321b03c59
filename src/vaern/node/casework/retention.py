"""Retention: every record of casework has an end date; at it the record is erased, unless a person kept it before.

What erasing a record means, its app says: recall it, keep its numbers, take its keys back, delete it, write the entry.
Here is what is the same for all of them: until when something may be kept, and how the clock comes to each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.casework.models import Casework, Statistic
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import LONGEST_KEPT
from vaern.node.organisations.viewers import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.models import Organisation

BY_CLOCK = Reason(Why.RETENTION)
"""Why the node erases something at its end date."""

Record = TypeVar("Record", bound=Casework)


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


def expire(
    task: str,
    rows: QuerySet[Record],
    erase: Callable[[Record], int],
    today: date | None = None,
    first: Callable[[Organisation], object] | None = None,
) -> int:
    """Come to each record whose end date has passed, in a transaction of its own; return how many went.

    Args:
        task: under which name a failure is logged; one stops no other.
        rows: records of one kind, by a manager that knows all organisations.
        erase: erases a locked record, or keeps it for a reason of its own; returns how many went.
        today: the day; the present one if left out.
        first: locks what has to be locked before the record.
    """
    day = today or timezone.localdate()
    past = rows.filter(review_date__lt=day)

    def turn(pk: Any) -> int:
        if first is not None:
            found = past.select_related("organisation").filter(pk=pk).first()
            if found is None:
                return 0
            first(found.organisation)
        locked = past.select_for_update(of=("self",), no_key=True).select_related("organisation")
        record = locked.filter(pk=pk).first()  # somebody may have kept it longer just now
        return erase(record) if record is not None else 0

    return each(task, past.order_by("review_date", "pk").values_list("pk", flat=True), turn)


def node_of(organisation: Organisation) -> Viewer:
    """Return the node, as it acts for an organisation by the clock."""
    return Viewer(organisation, frozenset())


def count(kind: str, organisation: UUID, day: date, name: str, value: int = 1) -> None:
    """Add to a number that outlives the records behind it.

    Args:
        kind: of the record that is erased.
        organisation: whose it was.
        day: it counts in the month of this day.
        name: of the number, among those of the kind.
        value: how much.
    """
    row, _made = Statistic.everywhere.get_or_create(
        organisation_id=organisation, kind=kind, month=day.replace(day=1), name=name
    )
    Statistic.everywhere.filter(pk=row.pk).update(value=F("value") + value)
