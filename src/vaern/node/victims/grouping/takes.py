"""Take scans and reports into series: unknown files become members, known ones are put aside and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.base.known import KNOWN
from vaern.node.reports.models import Item, Report
from vaern.node.scans import known as scans
from vaern.node.scans.models import Finding
from vaern.node.victims.base.life import locked, own_or_refuse
from vaern.node.victims.grouping import acts
from vaern.node.victims.grouping.newcomers import of_finding, of_item, of_signals
from vaern.node.victims.grouping.placement import Placing, lock, place
from vaern.node.victims.models import Member, Take
from vaern.node.victims.rules.grouping import CHUNK, SMALL_TAKE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.scans.models import Scan
    from vaern.node.victims.grouping.newcomers import Newcomer
    from vaern.node.victims.models import Series
    from vaern.records import Signal

WORDS = "take"
"""The purpose under which the words of a take's reason are sealed."""

TAKEN = ("new", "near", "known")
"""Verdicts whose files become members, but for those that are known: what a list has was seen by people before."""


def take_scan(viewer: Viewer, reason: Reason, scan: Scan) -> Take:
    """Take the unknown findings of a scan into series; a large one goes on as a job. Doing it again takes what is new.

    Raises:
        Refusal: it is not theirs, or is being taken already.
    """
    take = _begin(viewer, reason, scan=scan)
    return _run(take)


def take_report(viewer: Viewer, reason: Reason, report: Report) -> Take:
    """Take the unknown files of a report into series, as `take_scan`.

    Raises:
        Refusal: as there.
    """
    take = _begin(viewer, reason, report=report)
    return _run(take)


@transaction.atomic
def add_by_hash(
    viewer: Viewer, reason: Reason, signals: Sequence[Signal], series: Series | None = None, *, synthetic: bool = False
) -> Member:
    """Make hashes that a person wrote down a member: of a series that they name, or of where the links lead.

    Raises:
        Refusal: the series is not theirs, or the hashes say nothing.
    """
    newcomer = of_signals(signals, synthetic=synthetic)
    if not any(newcomer.values):
        raise Refusal(_("None of these hashes can find a file."))
    lock(viewer.organisation)
    home = None
    if series is not None:
        home = locked(viewer, series)
        own_or_refuse(viewer, home)
    placed = place(Placing(viewer.organisation, viewer.actor, reason, viewer.person), [newcomer], home)
    (member,) = placed.members
    record(acts.ADDED, member.series.subject, viewer.actor, reason)
    return member


@transaction.atomic
def _begin(viewer: Viewer, reason: Reason, *, scan: Scan | None = None, report: Report | None = None) -> Take:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    source = scan or report
    assert source is not None  # one of both
    if source.organisation_id != viewer.organisation.id:
        raise Refusal(_("Only the organisation that it belongs to takes it into series."))
    lock(viewer.organisation)
    if Take.of(organisation=viewer.organisation).filter(scan=scan, report=report, ended_at=None).exists():
        raise Conflict(_("It is being taken into series already."))
    take = Take(
        organisation=viewer.organisation,
        scan=scan,
        report=report,
        begun_by=viewer.person,
        why=reason.why.value,
        words=seal(reason.words, WORDS),
    )
    take.total = _waiting(take).count()
    take.known = _known(take)
    take.save(force_insert=True)
    if report is not None:
        Report.everywhere.filter(pk=report.pk).update(touched_at=timezone.now())
    record(acts.TAKEN, source.subject, viewer.actor, reason, count=take.total)
    return take


def _run(take: Take) -> Take:
    """Do all of it now if it is small; else the first part, and leave the rest to the job."""
    from vaern.node.victims.grouping.jobs import go_on_taking

    if take.total > SMALL_TAKE:
        go_on_taking.defer(take=str(take.pk))
        return take
    while not step(take.pk):
        pass
    take.refresh_from_db()
    return take


@transaction.atomic
def step(id: UUID) -> bool:
    """Take the next files; return whether that was all. What a transaction took is never taken again."""
    found = Take.everywhere.select_for_update(of=("self",), no_key=True)
    take = found.select_related("organisation", "begun_by").filter(pk=id).first()
    if take is None or take.ended_at is not None:
        return True  # erased with its scan or report, or done by another
    lock(take.organisation)
    rows: list[Any] = list(_waiting(take)[:CHUNK])
    synthetic = _synthetic(take)
    newcomers: list[Newcomer] = []
    for row in rows:
        newcomer = of_finding(row, synthetic=synthetic) if take.scan_id else of_item(row, synthetic=synthetic)
        newcomers += [newcomer] if newcomer else []
    viewer = Viewer(take.organisation, frozenset(), take.begun_by)
    reason = Reason(Why(take.why), unseal(take.words, WORDS))
    placed = place(Placing(take.organisation, viewer.actor, reason, take.begun_by), newcomers)
    take.after = rows[-1].number if rows else take.after
    take.done += len(rows)
    for name in ("joined", "opened", "merged", "proposed"):
        setattr(take, name, getattr(take, name) + getattr(placed, name))
    if len(rows) < CHUNK:
        take.ended_at = timezone.now()
        take.words = b""
    take.save()
    return take.ended_at is not None


def _waiting(take: Take) -> QuerySet[Finding] | QuerySet[Item]:
    """The files that are still to be taken, in the order of their numbers, without those that are members."""
    if take.scan is not None:
        members = Member.of(scan=take.scan).exclude(finding=None).values("finding")
        known = Finding.of(scan=take.scan).filter(scans.KNOWN).values("pk")
        found = Finding.of(scan=take.scan).filter(verdict__in=TAKEN, number__gt=take.after).exclude(pk__in=known)
        return found.exclude(pk__in=members).order_by("number")
    items = Member.of(report=take.report).exclude(item=None).values("item")
    known = Item.of(report=take.report).filter(KNOWN).values("pk")
    rows = Item.of(report=take.report).filter(number__gt=take.after).exclude(pk__in=known)
    return rows.exclude(pk__in=items).order_by("number")


def _known(take: Take) -> int:
    """How many files are put aside because a list has them."""
    if take.scan is not None:
        return Finding.of(scan=take.scan).filter(scans.KNOWN).count()
    return Item.of(report=take.report).filter(KNOWN).count()


def _synthetic(take: Take) -> bool:
    source = take.scan or take.report
    return source is not None and source.synthetic
