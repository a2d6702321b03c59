"""What a case came from and belongs to: reports with their identifiers and signals, series, other cases."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import Unsealable
from vaern.node.cases.base.locks import locked, touched
from vaern.node.cases.models import Case, Held, Link
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules.case import Event
from vaern.node.cases.work import acts, identifiers
from vaern.node.cases.work.related_records import kin
from vaern.node.crosscheck.base.keys import Key, key_of
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.ledger.record import record
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Forward, Item, Report
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

MOST_SIGNALS = 5_000
"""Digests of one report's items that are compared for a case; a larger one is compared by itself."""


def begin(viewer: Viewer, reason: Reason, case: Case, reports: Sequence[Report]) -> None:
    """Link a case that was opened just now with the reports that it was opened from, in the caller's transaction."""
    links = [_add_report(viewer, reason, case, report, Outcome.OPENED) for report in reports]
    enrol_all(viewer, case)
    outcomes.said_by_opening(viewer, reason, case, links)


@transaction.atomic
def join_report(viewer: Viewer, reason: Reason, case: Case, report: Report) -> Link:
    """Link a report of the same desk with a case that is there; its sender is told that it joined one.

    Raises:
        Refusal: it is linked already, belongs to somebody else, or the case's state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    link = _add_report(viewer, reason, found, report, Outcome.JOINED)
    enrol_all(viewer, found)
    outcomes.tell_link(viewer, reason, found, link)
    touched(found)
    return link


@transaction.atomic
def link_series(viewer: Viewer, reason: Reason, case: Case, series: Series) -> Link:
    """Link a case with a series that the viewer may see.

    Raises:
        Refusal: it is linked already, they may not see it, or the case's state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    if not Series.objects.filter(pk=series.pk).exists():
        raise Refusal(_("There is no such series that you may see."))
    return _add(viewer, reason, found, series=series)


@transaction.atomic
def link_case(viewer: Viewer, reason: Reason, case: Case, other: Case) -> Link:
    """Say that two cases of the viewer's organisation belong to each other, without merging them.

    Raises:
        Refusal: they are linked already, are the same, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    if other.pk == found.pk or other.organisation_id != viewer.organisation.id:
        raise Refusal(_("There is no such case of your organisation."))
    if Link.of(case=other).filter(other=found).exists():
        raise Conflict(_("They are linked already."))
    return _add(viewer, reason, found, other=other)


@transaction.atomic
def unlink(viewer: Viewer, reason: Reason, case: Case, link: Link) -> None:
    """Remove a link. What was reported because of it stands; identifiers that came with a report stay in the case.

    Raises:
        Refusal: the case's state does not allow it, or the link is gone.
    """
    found = locked(viewer, case, Event.EDIT)
    gone = Link.of(case=found).filter(pk=link.pk).first()
    if gone is None:
        raise Conflict(_("It is not there any more."))
    before = set(signals(found))
    gone.delete()
    crosscheck.drop(found, before - set(signals(found)), by=viewer.actor)
    touched(found)
    record(acts.UNLINKED, found.subject, viewer.actor, reason)


def _add_report(viewer: Viewer, reason: Reason, case: Case, report: Report, first: Outcome) -> Link:
    if report.organisation_id != viewer.organisation.id:
        raise Refusal(_("Only reports of your own desk can be linked: what others released stays theirs."))
    if Link.of(case=case).filter(report=report).exists():
        raise Conflict(_("They are linked already."))
    forward = Forward.of(arrived=report).first()
    link = _add(viewer, reason, case, report=report, forward=forward, first=first.value)
    with suppress(Unsealable):  # another node's secret, or damage: the report's own page says so
        identifiers.take_over(viewer, reason, case, report, arrival_of(report))
    return link


def _add(viewer: Viewer, reason: Reason, case: Case, **to: object) -> Link:
    kept = {name: value for name, value in to.items() if name in {"series", "other"}}
    if kept and Link.of(case=case).filter(**kept).exists():
        raise Conflict(_("They are linked already."))
    link: Link = Link.everywhere.create(case=case, organisation=viewer.organisation, linked_by=viewer.person, **to)
    record(acts.LINKED, case.subject, viewer.actor, reason)
    return link


def signals(case: Case) -> list[Key]:
    """Return the keys of the exact digests of all that a case is linked with."""
    of_reports = Link.of(case=case).filter(report__isnull=False).values("report")
    items = Item.of(report__in=of_reports).order_by("id").values_list("md5", "sha1", "sha256")
    found: dict[Key, None] = {}
    for row in items[:MOST_SIGNALS]:
        for kind, value in zip(("md5", "sha1", "sha256"), row, strict=True):
            if value is not None:
                found[key_of(kind, bytes(value))] = None
    return list(found)


def enrol_all(viewer: Viewer, case: Case) -> None:
    """Register every identifier and linked signal of a case with the cross-check, in one call."""
    held = Held.of(case=case)
    keys = {key for one in held for key in identifiers.keys_of_held(one)} | set(signals(case))
    if keys:
        crosscheck.register_keys(case, keys, apart_from=kin(case), by=viewer.actor)
