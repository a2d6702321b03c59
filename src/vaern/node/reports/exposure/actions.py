"""Changes to exposure: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Subject, Why
from vaern.node.reports.base.refusals import AnswersRefusal
from vaern.node.reports.exposure import acts
from vaern.node.reports.models import Budget, Exposure
from vaern.node.reports.rules import exposure
from vaern.node.reports.rules.exposure import Extent, Severity

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Item, Report

LIST = Subject("exposure")


@transaction.atomic
def declare(
    viewer: Viewer,
    reason: Reason,
    report: Report,
    extent: Extent | str,
    files: int,
    severity: int,
    item: Item | None = None,
) -> Exposure:
    """Store what a person looked at outside an assessment. The ledger says that they declared, not how much.

    Args:
        viewer: a person of the report's organisation.
        reason: why the report is open.
        report: the report viewed.
        extent: nothing, part or whole.
        files: how many; 0 for nothing.
        severity: how heavy, 1 to 3.
        item: of the report; None for the whole of it.

    Raises:
        Refusal: it cannot be true, the viewer is no person, or it is another organisation's report.
    """
    extent = Extent(extent)
    check(extent, files, 1 if item is not None else max(report.items_total, 1))
    made = note(viewer, report, extent.value, files, severity, item)
    record(acts.DECLARED, report.subject, viewer.actor, reason)
    return made


def note(viewer: Viewer, report: Report, extent: str, files: int, severity: int, item: Item | None = None) -> Exposure:
    """Store a declaration in the transaction of the act that it belongs to, whose ledger entry covers it.

    Args:
        viewer, report, files, severity, item: as in `declare`.
        extent: as in `declare`, or `rules.exposure.SOME`. The caller has checked it.

    Raises:
        Refusal: the viewer is no person, or it is another organisation's report.
    """
    if viewer.person is None:
        raise Refusal(_("A person looks, not a key."))
    if report.organisation_id != viewer.organisation.id:
        raise Refusal(_("The report is not your organisation's."))
    if item is not None and item.report_id != report.pk:
        raise Refusal(_("The item is not of this report."))
    return Exposure.everywhere.create(
        organisation=viewer.organisation,
        person=viewer.person,
        report=report.pk,
        item=item.pk if item else None,
        extent=extent,
        files=files,
        severity=Severity(severity).value,
        at=timezone.now(),
    )


def counted(
    person: Person, report: UUID, item: int, extent: str, files: int, severity: int, at: datetime
) -> Exposure | None:
    """Store what a person of the node looked at on a licensed station, in the transaction of its answer.

    Args:
        person: who looked.
        report, item: of what.
        extent, files, severity: as the station answered.
        at: when they looked; after the retention of declarations nothing is stored.
    """
    if at < timezone.now() - exposure.KEPT_FOR:
        return None
    made: Exposure = Exposure.everywhere.create(
        organisation_id=person.organisation_id,
        person=person,
        report=report,
        item=item,
        extent=extent,
        files=files,
        severity=Severity(severity).value,
        at=min(at, timezone.now()),
    )
    return made


def check(extent: Extent, files: int, covered: int) -> None:
    """Refuse a declaration that cannot be true.

    Raises:
        AnswersRefusal: why.
    """
    problems = {
        "nothing_has_no_files": _("Whoever looked at nothing looked at no files."),
        "files_needed": _("Say how many files you looked at."),
        "whole_needs_all": _("The whole of %(count)s items is at least as many files; otherwise it was a part.")
        % {"count": covered},
    }
    if problem := exposure.problem_with_declaration(extent, files, covered):
        raise AnswersRefusal(problems[problem], ("extent", "looked"))


@transaction.atomic
def set_limits(viewer: Viewer, daily: int, hard: int, interleave: int) -> Budget:
    """Set the viewer's own budgets.

    Raises:
        Refusal: they contradict each other, or are out of bounds.
    """
    problems = {
        "warn_after_stop": _("The warning comes before the stop."),
        "too_high": _("Nobody sets a stop above %(count)s files a day.") % {"count": exposure.HIGHEST},
        "interleave": _("Between 1 and 50 heavy ones in a row."),
    }
    if problem := exposure.problem_with_limits(daily, hard, interleave):
        raise Refusal(problems[problem], field="hard")
    found = _budget(viewer)
    found.daily, found.hard, found.interleave = daily, hard, interleave
    found.save(update_fields=["daily", "hard", "interleave"])
    _record_without_person(viewer)
    return found


@transaction.atomic
def not_now(viewer: Viewer, until: datetime | None) -> Budget:
    """Pause unknown material for the viewer until a moment, or end the pause (None). No reason is asked or stored.

    Raises:
        Refusal: the viewer is no person.
    """
    found = _budget(viewer)
    found.not_now_until = until
    found.save(update_fields=["not_now_until"])
    _record_without_person(viewer)
    return found


def erase_expired() -> int:
    """Erase declarations past their retention, and pauses that are over; return the number of rows erased."""
    now = timezone.now()
    Budget.everywhere.filter(not_now_until__lte=now).update(not_now_until=None)
    with transaction.atomic():
        gone: int = Exposure.everywhere.filter(at__lt=now - exposure.KEPT_FOR).delete()[0]
        if gone:
            record(acts.ERASED, LIST, NODE, Reason(Why.RETENTION), count=gone)
    return gone


def _person(viewer: Viewer) -> Person:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person


def _budget(viewer: Viewer) -> Budget:
    found: Budget = Budget.everywhere.get_or_create(
        person=_person(viewer), defaults={"organisation": viewer.organisation}
    )[0]
    return found


def _record_without_person(viewer: Viewer) -> None:
    """Record for the organisation: the account shows that it happened, and nobody can count who needed it."""
    actor = Actor(organisation=viewer.organisation.id)
    record(acts.SETTINGS_CHANGED, LIST, actor, Reason(Why.OWN_ACCOUNT))
