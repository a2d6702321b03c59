"""Every change to a work package: made for one station, given out to who made it, ended, erased."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.keys import signing_key
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.claims import touch
from vaern.node.reports.base.codes import fresh_code
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.law import schemes
from vaern.node.reports.law.grounds import check_act
from vaern.node.reports.models import PackedItem, Report, ViewingStation, WorkPackage
from vaern.node.reports.rules.assessments import PLACES
from vaern.node.reports.rules.stations import KEPT_FOR, LASTS, MOST_ITEMS, MOST_REPORTS, Standing
from vaern.node.reports.viewing import acts
from vaern.node.reports.viewing.age import encrypted
from vaern.node.reports.viewing.documents import document, packed, signed
from vaern.node.reports.viewing.labels import NOT_GIVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.viewing.documents import Packed


@transaction.atomic
def make(
    viewer: Viewer,
    reason: Reason,
    station: ViewingStation,
    reports: Sequence[Report],
    days: int,
    *,
    known: bool = False,
) -> WorkPackage:
    """Make the package of some claimed reports for a station: one entry of the ledger for each report.

    All or nothing. Plain addresses are in memory only, and the file is for the station alone.

    Args:
        viewer: who claimed the reports.
        reason: why, once for all of them.
        station: of their organisation.
        reports: which of their claimed ones.
        days: for how many it is valid.
        known: items that need no viewing go along too.

    Raises:
        Refusal: the station is given nothing, a report is not claimed by the viewer, or nothing can be looked at.
        GroundMissing: the law does not allow one of the reports to be worked on.
    """
    person = _person(viewer)
    if days not in LASTS:
        raise Refusal(_("A package is valid for some days, not for ever."), field="days")
    held = _station(viewer, station)
    found = _claimed(viewer, person, reports)
    contents = packed(found, known=known)
    _refuse_empty(contents)
    now = timezone.now()
    made = _row(viewer, held, contents, now, _end(held, now, days))
    _encrypt(made, contents)
    made.save(force_insert=True)
    PackedItem.everywhere.bulk_create(
        PackedItem(package=made, organisation=viewer.organisation, report=one.report, item=item)
        for one in contents
        for item, _content in one.items
    )
    for one in contents:
        touch(viewer, one.report)
        record(
            acts.GIVEN,
            one.report.subject,
            viewer.actor,
            reason,
            recipient=held.pk,
            count=len(one.items),
            details=f"{held.name}: {made.code}",
        )
    return made


def _row(
    viewer: Viewer, station: ViewingStation, contents: Sequence[Packed], now: datetime, end: datetime
) -> WorkPackage:
    return WorkPackage(
        organisation=viewer.organisation,
        code=fresh_code(),
        station=station,
        terms=station.terms,
        scheme=schemes.of_desk(desk_of(viewer.organisation)),
        made_by=viewer.person,
        made_at=now,
        expires_at=end,
        review_date=timezone.localdate(end) + KEPT_FOR,
        reports=len(contents),
        addresses=sum(one.addresses for one in contents),
    )


def _encrypt(package: WorkPackage, contents: Sequence[Packed]) -> None:
    """Give a package its file: signed by this node, and encrypted for the station."""
    key = signing_key()
    assert package.terms
    package.file = encrypted(signed(document(package, contents, key.name), key), package.terms.recipient)
    package.digest = hashlib.sha256(package.file).hexdigest()


def _end(station: ViewingStation, now: datetime, days: int) -> datetime:
    """Return when a package ends: after some days, and with the licence at the latest."""
    assert station.terms
    last = timezone.make_aware(datetime.combine(station.terms.valid_until + timedelta(days=1), time.min))
    return min(now + timedelta(days=days), last)


@transaction.atomic
def take(viewer: Viewer, package: WorkPackage) -> bytes:
    """Return the file of a package to who made it, as often as it is valid.

    Raises:
        Conflict: it is another person's, its time is over, or its station is given nothing any more.
    """
    person, found = _person(viewer), _locked(viewer, package)
    if found.made_by_id != person.pk:
        raise Conflict(_("Only who made a package takes it."))
    if found.station.standing is not Standing.VALID:
        raise Conflict(str(NOT_GIVEN[found.station.standing]))
    if not found.open:
        raise Conflict(_("The time of this package is over: make another."))
    if found.taken_at is None:
        found.taken_at = timezone.now()
        found.save(update_fields=["taken_at"])
    record(acts.TAKEN, found.subject, viewer.actor, Reason(Why.ASSESSMENT), recipient=found.station_id)
    return bytes(found.file)


@transaction.atomic
def end(viewer: Viewer, reason: Reason, package: WorkPackage) -> WorkPackage:
    """End a package before its time: its file is erased, and nothing is answered to it any more."""
    _person(viewer)
    found = _locked(viewer, package)
    if found.ended_at is not None:
        raise Conflict(_("This package has ended already."))
    found.ended_at, found.file = timezone.now(), b""
    found.save(update_fields=["ended_at", "file"])
    record(acts.ENDED, found.subject, viewer.actor, reason)
    return found


def tidy() -> int:
    """Erase the files of packages whose time is over, and packages at their end date; return how many."""
    over = WorkPackage.everywhere.filter(expires_at__lte=timezone.now()).exclude(file=b"")
    due = WorkPackage.everywhere.filter(review_date__lt=timezone.localdate())
    return each("packages.empty", over, _empty) + each("packages.expire", due, _expire)


def _empty(package: WorkPackage) -> bool:
    WorkPackage.everywhere.filter(pk=package.pk).update(file=b"")
    record(acts.EMPTIED, package.subject, NODE, Reason(Why.RETENTION))
    return True


def _expire(package: WorkPackage) -> bool:
    record(acts.EXPIRED, package.subject, NODE, Reason(Why.RETENTION))
    package.delete()
    return True


def _person(viewer: Viewer) -> Person:
    allow(viewer, Permission.REPORT_EXPORT)
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person


def _station(viewer: Viewer, station: ViewingStation) -> ViewingStation:
    """Lock a station against a revocation meanwhile."""
    rows = ViewingStation.everywhere.select_for_update(of=("self",), no_key=True).select_related("terms")
    found: ViewingStation = rows.get(pk=station.pk, organisation=viewer.organisation)
    if found.standing is not Standing.VALID:
        raise Refusal(str(NOT_GIVEN[found.standing]), field="station")
    return found


def _claimed(viewer: Viewer, person: Person, reports: Sequence[Report]) -> list[Report]:
    """Lock the reports, and refuse what is not the person's own claim now."""
    if not reports:
        raise Refusal(_("You have claimed no report that waits for its assessment."))
    if len(reports) > MOST_REPORTS:
        raise Refusal(_("At most %(n)s reports at once.") % {"n": MOST_REPORTS})
    wanted = {report.pk for report in reports}
    rows = Report.everywhere.select_for_update(of=("self",), no_key=True).order_by("pk")
    now = timezone.now()
    mine = {"organisation": viewer.organisation.id, "claimed_by": person.pk, "claimed_until__gt": now}
    found = list(rows.filter(pk__in=wanted, state__in=[state.value for state in PLACES], **mine))
    if missing := [report.code for report in reports if report.pk not in {one.pk for one in found}]:
        raise Conflict(
            _("Only reports that you have claimed, and that wait for an assessment, leave in a package: not %(codes)s.")
            % {"codes": ", ".join(missing[:10])}
        )
    for report in found:
        check_act("report", report)
    return found


def _refuse_empty(contents: Sequence[Packed]) -> None:
    if empty := [one.report.code for one in contents if not one.items]:
        raise Refusal(
            _("Nothing of %(codes)s needs looking at: leave it out, or let what is known go along.")
            % {"codes": ", ".join(empty[:10])}
        )
    if sum(len(one.items) for one in contents) > MOST_ITEMS:
        raise Refusal(_("A package has at most %(n)s items: choose fewer reports.") % {"n": MOST_ITEMS})


def _locked(viewer: Viewer, package: WorkPackage) -> WorkPackage:
    rows = WorkPackage.everywhere.select_for_update(of=("self",), no_key=True).select_related("station__terms")
    found: WorkPackage = rows.get(pk=package.pk, organisation=viewer.organisation)
    return found
