"""Every read of viewing stations and work packages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from vaern.node.ledger.models import Entry
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.reports.models import (
    PackedItem,
    Report,
    StationAnswer,
    StationTerms,
    StationViewer,
    ViewingStation,
    WorkPackage,
)
from vaern.node.reports.rules.assessments import PLACES
from vaern.node.reports.rules.claims import claim_of
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.stations import MOST_REPORTS, Standing
from vaern.node.reports.viewing import acts
from vaern.node.reports.viewing.documents import packed
from vaern.node.web.paging import paginate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.rules.claims import Claim
    from vaern.node.reports.viewing.documents import Packed
    from vaern.node.web.paging import Page

MOST = 200
"""Stations of an organisation that a page shows."""

MOST_HISTORY = 50


def stations() -> list[ViewingStation]:
    """Return the stations of the viewer's organisation, those in use first."""
    rows = ViewingStation.objects.select_related("terms", "key").order_by("revoked_at", "name")
    return sorted(rows[:MOST], key=lambda one: one.revoked_at is not None)


def valid_stations() -> list[ViewingStation]:
    """Return the stations that may be given addresses now."""
    return [one for one in stations() if one.standing is Standing.VALID]


def station(id: UUID) -> ViewingStation | None:
    """Return a station of the viewer's organisation."""
    found: ViewingStation | None = (
        ViewingStation.objects.filter(pk=id)
        .select_related("terms__confirmed_by", "terms__asked_by", "key", "registered_by")
        .first()
    )
    return found


def of_key(viewer: Viewer) -> ViewingStation | None:
    """Return the station whose key the viewer is, if it may answer now."""
    if viewer.key is None:
        return None
    found = ViewingStation.objects.filter(key=viewer.key.pk).select_related("terms").first()
    return found if found is not None and found.standing is Standing.VALID else None


@dataclass(frozen=True)
class Sheet:
    """The page of a station.

    Attributes:
        waiting: what waits for a second person.
        terms: every licence that was confirmed, the latest first.
        called: how the station calls the viewer; "" if they did not say.
        packages: the latest that were made for it.
        history: its entries of the ledger, the latest first.
    """

    station: ViewingStation
    waiting: StationTerms | None
    terms: list[StationTerms]
    called: str
    packages: list[WorkPackage]
    history: list[Entry]


def sheet(viewer: Viewer, found: ViewingStation) -> Sheet:
    """Return the page of a station. It holds no casework, so that a look at it asks for no reason."""
    rows = list(StationTerms.of(station=found).select_related("asked_by", "confirmed_by").order_by("-id"))
    me = StationViewer.of(station=found).filter(person=viewer.person).first() if viewer.person else None
    packages = WorkPackage.of(station=found).select_related("made_by", "station__terms").defer("file")
    return Sheet(
        found,
        next((row for row in rows if row.confirmed_at is None), None),
        [row for row in rows if row.confirmed_at is not None],
        me.pseudonym if me else "",
        list(packages.order_by("-made_at")[:10]),
        list(Entry.objects.filter(kind="viewing_station", subject=found.pk).order_by("-id")[:MOST_HISTORY]),
    )


def waiting(found: ViewingStation) -> StationTerms | None:
    """Return what waits for a second person."""
    return StationTerms.of(station=found).filter(confirmed_at=None).select_related("asked_by").first()  # type: ignore[no-any-return]


def claimed(viewer: Viewer, codes: Sequence[str] = ()) -> list[Report]:
    """Return the reports that the viewer has claimed and that wait for an assessment; all, or those with codes."""
    if viewer.person is None:
        return []
    rows = Report.own.filter(
        claimed_by=viewer.person.pk,
        claimed_until__gt=timezone.now(),
        state__in=[state.value for state in PLACES],
    )
    if codes:
        rows = rows.filter(code__in=codes)
    return list(rows.order_by("-urgent", "-priority", "created_at", "pk")[:MOST_REPORTS])


@transaction.atomic
def preview(viewer: Viewer, reports: Sequence[Report], *, known: bool) -> list[Packed]:
    """Return what a package of these reports would hold; recorded. The page shows counts and no address."""
    subject = Subject(Report.KIND, None, viewer.organisation.id)
    record(acts.PREVIEWED, subject, viewer.actor, Reason(Why.ASSESSMENT), count=len(reports))
    return packed(reports, known=known)


def packages(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[WorkPackage]:
    """Return a page of the packages of the viewer's organisation, each with how many items and answered ones it has."""
    rows = (
        WorkPackage.objects.filter(organisation=viewer.organisation)
        .select_related("station__terms", "made_by")
        .defer("file")
        .annotate(
            items_in=Count("items", distinct=True),
            items_answered=Count("items", filter=Q(items__answers__isnull=False), distinct=True),
        )
    )
    return paginate(rows, ("-made_at", "id"), parameters)


def package(id: UUID) -> WorkPackage | None:
    """Return a package of the viewer's organisation."""
    rows = WorkPackage.objects.filter(pk=id).select_related("station__terms", "terms", "scheme", "made_by")
    found: WorkPackage | None = rows.defer("file").first()
    return found


@dataclass(frozen=True)
class PackageLine:
    """One report of a package.

    Attributes:
        items, answered: how many of its items are in it, and have an answer.
    """

    report: Report
    items: int
    answered: int


@transaction.atomic
def read(viewer: Viewer, found: WorkPackage) -> list[PackageLine]:
    """Return the reports of a package; recorded as a consultation of the package. It shows no content of a report."""
    record(acts.CONSULTED, found.subject, viewer.actor, Reason(Why.ASSESSMENT))
    rows = (
        PackedItem.of(package=found)
        .values("report")
        .annotate(
            items=Count("id", distinct=True), answered=Count("id", filter=Q(answers__isnull=False), distinct=True)
        )
    )
    reports = {report.pk: report for report in Report.own.filter(pk__in=[row["report"] for row in rows])}
    lines = [
        PackageLine(reports[row["report"]], row["items"], row["answered"]) for row in rows if row["report"] in reports
    ]
    return sorted(lines, key=lambda line: line.report.code)


def package_answers(found: WorkPackage) -> dict[tuple[str, int], list[StationAnswer]]:
    """Return the answers to a package by the code of the report and the number of the item, the oldest first."""
    answers: dict[tuple[str, int], list[StationAnswer]] = {}
    rows = StationAnswer.of(packed__package=found).select_related(
        "packed__report", "packed__item", "packed__package__scheme"
    )
    for row in rows.order_by("at", "id"):
        answers.setdefault((row.packed.report.code, row.packed.item.number), []).append(row)
    return answers


def names_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of stations to which something was given, for entries of the ledger."""
    return dict(ViewingStation.everywhere.filter(pk__in=ids).values_list("pk", "name"))


def in_packages(report: Report) -> list[WorkPackage]:
    """Return the packages in which items of a report left, the latest first."""
    rows = WorkPackage.of(items__report=report).distinct()
    return list(rows.select_related("station__terms").defer("file").order_by("-made_at"))


def claim_of_viewer(viewer: Viewer, report: Report) -> Claim:
    """Return the claim of a report as the viewer sees it."""
    person = viewer.person.id if viewer.person else None
    return claim_of(report.claimed_by_id, report.claimed_until, person, timezone.now())


def is_seen_at_station(viewer: Viewer, report: Report) -> bool:
    """Whether somebody looked at an item of a report at a station, as far as the viewer may know it now."""
    rows = StationAnswer.of(packed__report=report).exclude(looked="nothing")
    if State(report.state) is State.SECOND_VIEW:
        rows = rows.filter(packed__package__made_by=viewer.person)
    return bool(rows.exists())
