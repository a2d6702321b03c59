"""Changes to the yearly report: explain independence, close a year, record a delivery."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sql import lock
from vaern.node.ledger.record import record
from vaern.node.reports.flagging import acts, documents, queries
from vaern.node.reports.models import FlaggerDelivery, FlaggerReport, Independence

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer

LOCK = 0x56_46_4C_47
LONGEST_TEXT = 10_000


@transaction.atomic
def explain(viewer: Viewer, reason: Reason, text: str, text_da: str) -> Independence:
    """Store the next version of the organisation's explanation of its independence.

    Raises:
        Refusal: it is empty, or unchanged.
    """
    person = _person(viewer)
    before = queries.explanation(viewer.organisation)
    text, text_da = ("\n".join(one.strip().splitlines()) for one in (text, text_da))
    if not text and not text_da:
        raise Refusal(_("Write it in one language at least."))
    if before is not None and (before.text, before.text_da) == (text, text_da):
        raise Refusal(_("Nothing was changed."))
    made: Independence = Independence.everywhere.create(
        organisation=viewer.organisation,
        version=before.version + 1 if before else 1,
        text=text,
        text_da=text_da,
        written_by=person,
    )
    record(acts.EXPLAINED, queries.subject(viewer), viewer.actor, reason, details=f"version {made.version}")
    return made


@transaction.atomic
def close(viewer: Viewer, reason: Reason, year: int) -> FlaggerReport:
    """Close a year: its report is stored permanently under its digest. Closing it again creates a new version.

    Raises:
        Refusal: why not, and what to do.
    """
    person = _person(viewer)
    if why := obstacle(viewer, year):
        raise Refusal(why)
    content = queries.yearly(viewer.organisation, year)
    digest = hashlib.sha256(documents.json(content)).hexdigest()
    rows = FlaggerReport.of(organisation=viewer.organisation).filter(year=year)
    made: FlaggerReport = FlaggerReport.everywhere.create(
        organisation=viewer.organisation,
        year=year,
        version=(rows.aggregate(last=Max("version"))["last"] or 0) + 1,
        content=msgspec.to_builtins(content),
        digest=digest,
        closed_by=person,
    )
    words = f"{year}, version {made.version}, SHA-256 {digest}"
    record(acts.CLOSED, queries.subject(viewer), viewer.actor, reason, count=content.total, details=words)
    return made


def obstacle(viewer: Viewer, year: int) -> str:
    """Return why a year cannot be closed, and what to do; "" if it can."""
    today = timezone.localdate()
    if year >= today.year and not (settings.CONFIGURATION.synthetic and year == today.year):
        return _("The year is not over: close it when it is.")
    if queries.explanation(viewer.organisation) is None:
        return _("Explain first how your organisation keeps its independence: the report has to say so.")
    if not queries.yearly(viewer.organisation, year).days:
        return _("Your organisation was no trusted flagger in this year: the register has no verified award.")
    return ""


@transaction.atomic
def deliver(
    viewer: Viewer, reason: Reason, report: FlaggerReport, what: Literal["sent", "published"], day: date, place: str
) -> FlaggerDelivery:
    """Record that a closed year was sent to the coordinator, or published.

    Raises:
        Refusal: the day is in the future, or before the year was closed; or no place is named.
    """
    person = _person(viewer)
    if report.organisation_id != viewer.organisation.pk:
        raise Refusal(_("It is another organisation’s report."))
    if not timezone.localdate(report.closed_at) <= day <= timezone.localdate():
        raise Refusal(_("The day lies between the closing of the year and today."))
    if not place.strip():
        raise Refusal(_("Say to whom it was sent, or where it can be read."))
    made: FlaggerDelivery = FlaggerDelivery.everywhere.create(
        report=report, organisation=viewer.organisation, what=what, day=day, place=place.strip(), noted_by=person
    )
    act = acts.SENT if what == "sent" else acts.PUBLISHED
    words = f"{report.year}, version {report.version}, {day.isoformat()}: {place.strip()}"
    record(act, queries.subject(viewer), viewer.actor, reason, details=words)
    return made


def _person(viewer: Viewer) -> Person:
    """Return who acts, one at a time: numbers of versions have no gaps."""
    if viewer.person is None:
        raise Refusal(_("A person does this, not a key."))
    lock(LOCK)
    return viewer.person
