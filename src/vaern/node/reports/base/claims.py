"""Claims on reports, under a lock: who works on a report, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases import elsewhere
from vaern.node.reports.models import Forward, Report
from vaern.node.reports.rules import claims
from vaern.node.reports.rules.claims import Claim

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def first_look(viewer: Viewer, report: Report) -> None:
    """Note that a person of its own desk looks at a report, if nobody did before; the consultation is the entry."""
    if report.looked_at is None and viewer.person is not None and report.organisation_id == viewer.organisation.id:
        report.looked_at = timezone.now()
        Report.everywhere.filter(pk=report.pk, looked_at=None).update(looked_at=report.looked_at)
        came = Forward.of(arrived=report).select_related("release__owner").first()
        if came is not None:
            elsewhere.read(came.release)


def renew(viewer: Viewer, report: Report) -> None:
    """Extend the viewer's own claim because they look at the report; the consultation is the ledger entry."""
    first_look(viewer, report)
    if viewer.person is None or report.claimed_by_id != viewer.person.id:
        return
    now = timezone.now()
    until = claims.until(now)
    mine = {"organisation": viewer.organisation.id, "claimed_by": viewer.person.id, "claimed_until__gt": now}
    if Report.everywhere.filter(pk=report.pk, **mine).update(claimed_until=until):
        report.claimed_until = until


def touch(viewer: Viewer, report: Report) -> None:
    """Store that a person worked on the report, in the caller's transaction; it then needs no attention."""
    report.touched_at = timezone.now()
    fields = ["touched_at"]
    if viewer.person is not None and report.claimed_by_id == viewer.person.id:
        report.claimed_until = claims.until(report.touched_at)
        fields.append("claimed_until")
    report.save(update_fields=fields)


def claimed_or_refuse(viewer: Viewer, report: Report) -> Report:
    """Lock a report for an act of the viewer, claim it for them if it is free, and return it as it is now.

    Runs in the transaction of that act, whose ledger entry covers the claim.

    Raises:
        Refusal: somebody else works on it; it is not the viewer's organisation's, or was erased.
    """
    found = releases.locked(viewer, report)
    held(viewer, found)
    if viewer.person is not None:
        take(viewer, found)
    else:
        touch(viewer, found)
    return found


def held(viewer: Viewer, report: Report) -> Claim:
    """Return the report's claim as the viewer sees it.

    Raises:
        Refusal: somebody else works on it.
    """
    person = viewer.person.id if viewer.person else None
    found = claims.claim_of(report.claimed_by_id, report.claimed_until, person, timezone.now())
    if found is Claim.ANOTHERS:
        assert report.claimed_until
        given = {"name": str(report.claimed_by), "time": time_format(timezone.localtime(report.claimed_until))}
        raise Refusal(_("%(name)s works on it, until %(time)s at least.") % given)
    return found


def take(viewer: Viewer, report: Report) -> None:
    """Claim a locked report for the viewer."""
    report.claimed_by = viewer.person
    report.touched_at = timezone.now()
    report.claimed_until = claims.until(report.touched_at)
    report.looked_at = report.looked_at or report.touched_at
    report.save(update_fields=["claimed_by", "touched_at", "claimed_until", "looked_at"])
