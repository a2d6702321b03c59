"""Queries of this room: desks with a public form, a report's status, the dialogue from both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from vaern.node.base.sealing import Unsealable, unseal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Desk, Forward, Message, Receipt, Report
from vaern.node.reports.models.dialogue import SEALED
from vaern.node.reports.public import acts
from vaern.node.reports.rules import public_form
from vaern.node.reports.rules.states import State, Status
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

TO_WORK = Reason(Why.ASSESSMENT)


@dataclass(frozen=True)
class Line:
    """One message of a dialogue.

    Attributes:
        words: its text.
        at: when; to the hour for the reporter's.
        by: the person who answered; None for the reporter.
        read: whether the other side has read it.
        number: ascending with time.
    """

    words: str
    at: datetime
    by: Person | None
    read: bool
    number: int

    @property
    def waits(self) -> bool:
        """Whether it is the reporter's and nobody at the desk has marked it as read."""
        return self.by is None and not self.read


def desks() -> list[Desk]:
    """Return the desks that have a public form, by country; public, so not recorded."""
    found = Desk.everywhere.exclude(public_name="").filter(organisation__active=True)
    return list(
        found.select_related("organisation__member").order_by("organisation__member__name", "organisation__name")
    )


def desk_called(name: str) -> Desk | None:
    """Return the desk whose public form has a name."""
    found: Desk | None = (
        Desk.everywhere.filter(public_name=name, organisation__active=True)
        .select_related("organisation__member")
        .first()
        if name
        else None
    )
    return found


def desk_for(report: Report) -> Desk:
    """Return the desk that a report belongs to."""
    found: Desk = Desk.of(organisation=report.organisation).select_related("organisation__member").get()
    return found


def status(report: Report) -> Status:
    """Return the coarse status that a report's reporter or sender sees; a duplicate has that of the one it repeats."""
    first = report.duplicate_of or report
    return public_form.status_of(
        State(first.state),
        seen=first.touched_at is not None,
        forwarded=Forward.of(report=first).exists(),
        actionable=first.actionable,
    )


def lines_of(report: Report) -> list[Line]:
    """Return the messages of a report, the oldest first; the dialogue was opened before, and that was recorded."""
    found = Message.of(report=report).select_related("by").order_by("id")
    return [Line(_words(message), message.at, message.by, message.read, message.pk) for message in found]


def _words(message: Message) -> str:
    try:
        return unseal(message.sealed, SEALED)
    except Unsealable:
        return _("This message does not open: it was sealed with another secret, or was damaged.")


def has_receipt(report: Report) -> bool:
    """Whether a report has a receipt, so that answers can be read; shows no message, so not recorded."""
    return Receipt.of(report=report).exists()


def language_of(report: Report) -> str:
    """Return the language in which a report was sent, as the default for an answer."""
    return arrival_of(report).language


def last_message(report: Report) -> int:
    """Return the number of a report's last message, 0 without one; shows nothing, so not recorded."""
    return Message.of(report=report).order_by("-id").values_list("id", flat=True).first() or 0


@transaction.atomic(savepoint=False)
def dialogue(viewer: Viewer, report: Report, reason: Reason) -> list[Line]:
    """Return the messages of a report of the viewer's own desk, for its page; recorded with the number shown."""
    if report.organisation_id != viewer.organisation.id:
        return []
    found = lines_of(report)
    record(acts.DIALOGUE_READ, report.subject, viewer.actor, reason, count=len(found))
    return found


ORDER = Order("-created_at", "id", code="code", urgent="urgent", created="created_at")


@transaction.atomic
def waiting(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Report]:
    """Return a page of the desk's reports with unread messages; recorded."""
    return listings.read(
        viewer,
        _waiting(viewer),
        ORDER,
        parameters,
        size,
        act=acts.WAITING_LISTED,
        subject=Subject(Report.KIND),
        reason=TO_WORK,
    )


def first_that_wait(viewer: Viewer) -> Rows[Report]:
    """Return the first of the reports with unread messages, that which waits longest first, each with `wrote_at`."""
    unread = Message.of(report=OuterRef("pk")).filter(by__isnull=True, read=False).order_by("id")
    found = _waiting(viewer).only("code", "offence", "urgent").annotate(wrote_at=Subquery(unread.values("at")[:1]))
    return first_of(found.order_by("wrote_at", "id"))


def _waiting(viewer: Viewer) -> QuerySet[Report]:
    unread = Message.objects.filter(by__isnull=True, read=False)
    found: QuerySet[Report] = Report.own.filter(pk__in=unread.values("report"))
    return found
