"""Queries of the yearly report: counted from the ledger now, or as closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.models import Entry
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.reports.base import flagger_status, provider_names
from vaern.node.reports.flagging import acts
from vaern.node.reports.models import FlaggerDelivery, FlaggerReport, Independence
from vaern.node.reports.rules import duties, flaggers
from vaern.node.reports.rules.flagger_counts import Happened, Line, What, Yearly, counted, drifted, spans
from vaern.node.reports.takedown import acts as takedown
from vaern.proofs.tags import read as read_tags

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.rules.flagger_counts import Drift

LOOKING = Reason(Why.ADMINISTRATION)
MEANS: dict[str, What] = {
    takedown.NOTIFIED.code: What.NOTICE,
    takedown.ESCALATED.code: What.NOTICE,
    takedown.NODE_ESCALATED.code: What.NOTICE,
    takedown.ANSWERED.code: What.ANSWER,
    takedown.OFFLINE.code: What.OFFLINE,
    takedown.CORRECTED.code: What.TAKEN_BACK,
}


@dataclass(frozen=True)
class Seen:
    """The contents of a year's page.

    Attributes:
        now: counted today.
        closed: the versions that were closed, the newest first.
        drift: lines whose number differs today from the newest of them.
        deliveries: of its versions, the latest first.
    """

    now: Yearly
    closed: list[FlaggerReport]
    drift: list[Drift]
    deliveries: list[FlaggerDelivery]


def subject(viewer: Viewer) -> Subject:
    """Return the ledger subject of the viewer's organisation's report."""
    return Subject("flagger_report", None, viewer.organisation.pk)


def years(viewer: Viewer) -> list[int]:
    """Return the years that can have a report, the latest first: this one, the last, and back to the award."""
    last, law = timezone.localdate().year - 1, min(text.first.year for text in duties.texts() if text.flagger)
    first = min((one.step.since.year for one in flagger_status.decisions(viewer.organisation.pk)), default=last)
    return list(range(last + 1, min(max(first, law), last) - 1, -1))


@transaction.atomic
def seen(viewer: Viewer, year: int) -> Seen:
    """Return a year of the viewer's organisation; recorded."""
    record(acts.LOOKED, subject(viewer), viewer.actor, LOOKING)
    now, closed = yearly(viewer.organisation, year), versions(viewer, year)
    deliveries = FlaggerDelivery.objects.filter(report__in=closed).select_related("noted_by", "report")
    drift = drifted(content_of(closed[0]), now) if closed else []
    return Seen(now, closed, drift, list(deliveries.order_by("-day", "-id")))


@transaction.atomic
def taken(viewer: Viewer, year: int, version: int | None = None) -> tuple[Yearly, FlaggerReport | None] | None:
    """Return a year for download, with its closed version; recorded.

    Args:
        viewer, year: who downloads which year.
        version: 0 for the current count; by default the newest closed version, or the current count if none was closed.

    Returns:
        None where there is no such version.
    """
    closed = versions(viewer, year)
    kept = next((one for one in closed if version in {None, one.version}), None)
    if kept is None and version:
        return None
    record(acts.TAKEN, subject(viewer), viewer.actor, LOOKING, details=f"{year} {kept.version if kept else '–'}")
    return (content_of(kept), kept) if kept else (yearly(viewer.organisation, year), None)


def versions(viewer: Viewer, year: int) -> list[FlaggerReport]:
    """Return the closed versions of a year, the newest first."""
    rows = FlaggerReport.objects.filter(organisation=viewer.organisation, year=year)
    return list(rows.select_related("closed_by").order_by("-version"))


def delivered(viewer: Viewer, year: int) -> set[str]:
    """Return the kinds of delivery that a year's report has had; for a card, so not recorded."""
    rows = FlaggerDelivery.objects.filter(organisation=viewer.organisation, report__year=year)
    return set(rows.values_list("what", flat=True))


def content_of(kept: FlaggerReport) -> Yearly:
    """Return the content of a closed year."""
    return msgspec.convert(kept.content, Yearly, strict=False)


def explanation(organisation: Organisation) -> Independence | None:
    """Return an organisation's newest explanation of its independence."""
    found: Independence | None = (
        Independence.of(organisation=organisation).select_related("written_by").order_by("-version").first()
    )
    return found


def yearly(organisation: Organisation, year: int) -> Yearly:
    """Return the report of a year as counted from the ledger now."""
    known, today = flagger_status.decisions(organisation.pk), timezone.localdate()
    found = counted(_entries(organisation.pk, year), year, giving_priority())
    days = spans(known, year, today)
    award = flaggers.in_force(known, days[-1][1]) if days else None
    called, text = provider_names.names(organisation), explanation(organisation)
    lines = [
        Line(called.get(digest, ""), digest, kind, action, number)
        for (digest, kind, action), number in found.lines.items()
    ]
    return Yearly(
        organisation=organisation.name,
        year=year,
        days=days,
        coordinator=award.step.coordinator if award else "",
        country=award.step.country if award else "",
        awarded=award.step.since if award else None,
        area=award.step.area if award else "",
        lines=tuple(sorted(lines, key=lambda one: (not one.provider, one.provider.casefold(), *one.key))),
        total=found.lines.total(),
        unnamed=found.unnamed,
        outside=found.outside,
        independence=_languages(text),
        independence_version=text.version if text else 0,
        known=timezone.now(),
        synthetic=settings.CONFIGURATION.synthetic,
    )


def _languages(text: Independence | None) -> dict[str, str]:
    return {code: words for code, words in (("en", text.text), ("da", text.text_da)) if words} if text else {}


def giving_priority() -> frozenset[str]:
    """Return the codes of the cited texts that give trusted flaggers priority."""
    return frozenset(text.code for text in duties.texts() if text.flagger)


def _entries(organisation: UUID, year: int) -> Iterator[Happened]:
    begin = timezone.make_aware(datetime.combine(_first(year), time.min)) - timedelta(days=1)
    rows = Entry.objects.filter(owner=organisation, act__in=list(MEANS), at__gte=begin, subject__isnull=False)
    for act, at, report, tags in rows.order_by("id").values_list("act", "at", "subject", "tags").iterator():
        assert report is not None
        yield Happened(MEANS[act], timezone.localtime(at).year, report, read_tags(tags))


def _first(year: int) -> date:
    return datetime(year, 1, 1).date()  # noqa: DTZ001 - a day
