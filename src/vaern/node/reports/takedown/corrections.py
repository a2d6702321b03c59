"""Corrections of notices: once a conclusion no longer stands, each notified host is told so, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.reports.base.precedents import is_nothing, nothing
from vaern.node.reports.models import Location, Notice
from vaern.node.reports.rules.locations import LocationEvent
from vaern.node.reports.rules.states import Who
from vaern.node.reports.takedown import acts, elsewhere, mails, queries
from vaern.node.reports.takedown.locks import locked, move, touched
from vaern.node.reports.takedown.tags import tags_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report


def stands(location: Location) -> bool:
    """Whether a report, and the item in it, has an actionable conclusion that was not retracted."""
    return location.report.actionable is True and not is_nothing(location.item)


def is_wrong(location: Location) -> bool:
    """Whether the conclusion about a location is "no action"."""
    found: bool = queries.with_wrong_conclusion(Location.of(report=location.report).filter(pk=location.pk)).exists()
    return found


def fallen(location: Location) -> QuerySet[Notice]:
    """Return the uncorrected notices about a location whose conclusion no longer stands."""
    found: QuerySet[Notice] = Notice.of(location=location).filter(corrected_at=None).select_related("host")
    return found.none() if stands(location) else found.order_by("sent_at", "id")


def any_fallen(report: Report) -> bool:
    """Whether a report has an uncorrected notice whose conclusion no longer stands."""
    told = Notice.of(location__report=report).filter(corrected_at=None)
    return (told.filter(nothing("location__item")) if report.actionable is True else told).exists()


@transaction.atomic
def correct(viewer: Viewer, reason: Reason, location: Location) -> list[Notice]:
    """Tell each notified host of a location that the notice no longer stands, and give up its takedown.

    No legal ground is required: a correction says nothing of the content, and has to be possible after the law changed.

    Raises:
        Refusal: the conclusion stands, nobody is left to be told, a police hold runs, or a block depends on it.
    """
    found = locked(viewer, location)
    if stands(found):
        raise Refusal(_("The conclusion stands, and with it the notice. Open the report again first."))
    elsewhere.refuse(found)
    told = list(fallen(found))
    if not told:
        raise Refusal(_("Nobody is left to be told: no notice was sent, or each was taken back."))
    move(found, LocationEvent.CORRECT, Who.TAKEDOWN)
    found.next_step_at = None
    found.save(update_fields=["state", "next_step_at"])
    now = timezone.now()
    for notice in told:
        notice.corrected_at = now
        notice.save(update_fields=["corrected_at"])
        mails.send_correction(notice, found)
    touched(viewer, found)
    names = ", ".join(notice.host.name for notice in told)
    record(acts.CORRECTED, found.report.subject, viewer.actor, reason, details=names, tags=tags_of(found))
    return told
