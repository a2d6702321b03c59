"""What waits for a person about which series are one, and what was decided: takes the viewer, records the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.victims.grouping import acts
from vaern.node.victims.models import Link, Member, Merge, MergeProposal, Separation, Series, Take
from vaern.node.web.paging import SIZE, Page, paginate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report
    from vaern.node.scans.models import Scan

TO_WORK = Reason(Why.VICTIM_IDENTIFICATION)
MOST_SHOWN = 50
"""Rows of each kind on the page of one series."""

WEAK = ("lens_key", "folder_key", "name_key", "place_key")


@dataclass(frozen=True)
class Standing:
    """How a series stands to others of its organisation.

    Attributes:
        proposals: merges that wait for a person. merges: those that can be undone, the latest first.
        separations: series that it is kept apart from.
        links: links of its files to files at home elsewhere, and of others to its files.
        suggested: other series that share a weak trait, by which, with how many files: a person should look.
    """

    proposals: list[MergeProposal]
    merges: list[Merge]
    separations: list[Separation]
    links: list[Link]
    suggested: list[tuple[Series, str, int]]


def standing(viewer: Viewer, series: Series) -> Standing | None:
    """Return how a series stands to others; None for another organisation's: these are not released with it.

    A part of the page of the series, whose opening was recorded.
    """
    if series.organisation_id != viewer.organisation.id:
        return None
    either = Q(one=series) | Q(other=series)
    proposals = MergeProposal.objects.filter(either, answer="").select_related("one", "other")
    merges = Merge.objects.filter(kept=series, undone_at=None).select_related("absorbed", "merged_by")
    separations = Separation.objects.filter(either, lifted_at=None).select_related("one", "other", "separated_by")
    links = Link.objects.filter(Q(member__series=series) | Q(other__series=series))
    return Standing(
        list(proposals.order_by("-raised_at", "id")[:MOST_SHOWN]),
        list(merges.order_by("-merged_at", "id")[:MOST_SHOWN]),
        list(separations.order_by("-separated_at", "id")[:MOST_SHOWN]),
        list(links.select_related("member__series", "other__series").order_by("-at", "-id")[:MOST_SHOWN]),
        _suggested(series),
    )  # fmt: skip


def _suggested(series: Series) -> list[tuple[Series, str, int]]:
    """Series with files of equal weak traits: of each trait the commonest value of the first files."""
    found: list[tuple[UUID, str, int]] = []
    own = Member.objects.filter(series=series)
    for column in WEAK:
        values = list(own.exclude(**{column: None}).values_list(column, flat=True).distinct()[:MOST_SHOWN])
        others = Member.objects.filter(**{f"{column}__in": values}).exclude(series=series)
        ids = list(others.values_list("series", flat=True)[:1000])
        found += [(id, column.removesuffix("_key"), ids.count(id)) for id in dict.fromkeys(ids)]
    known = Series.objects.in_bulk({id for id, _, _ in found})
    ranked = sorted(found, key=lambda each: -each[2])[:MOST_SHOWN]
    return [(known[id], rule, count) for id, rule, count in ranked if id in known]


@transaction.atomic
def proposals(viewer: Viewer, parameters: Mapping[str, Any], size: int = SIZE) -> Page[MergeProposal]:
    """Return a page of the merges that wait for a person of the viewer's organisation, the latest first; recorded."""
    found = MergeProposal.objects.filter(answer="").select_related("one", "other")
    page = paginate(found, ("-raised_at", "id"), parameters, size)
    subject = Subject(Series.KIND, None, viewer.organisation.id)
    record(acts.PROPOSALS_READ, subject, viewer.actor, TO_WORK, count=len(page.rows))
    return page


def waiting(viewer: Viewer) -> int:  # noqa: ARG001 - the scope is theirs
    """Return how many merges wait for a person. A number only, so nothing is recorded."""
    count: int = MergeProposal.objects.filter(answer="").count()
    return count


def take_of(viewer: Viewer, *, scan: Scan | None = None, report: Report | None = None) -> Take | None:  # noqa: ARG001
    """Return the last take of a scan or a report of the viewer's organisation."""
    of = {"scan": scan} if scan else {"report": report}
    found: Take | None = Take.objects.filter(**of).order_by("-begun_at").first()
    return found


def find_take(viewer: Viewer, id: UUID) -> Take | None:  # noqa: ARG001 - the scope is theirs
    """Return a take of the viewer's organisation."""
    found: Take | None = Take.objects.select_related("scan", "report").filter(pk=id).first()
    return found


def find_proposal(viewer: Viewer, id: UUID) -> MergeProposal | None:  # noqa: ARG001
    """Return a proposal of the viewer's organisation, to answer it."""
    found: MergeProposal | None = MergeProposal.objects.select_related("one", "other").filter(pk=id).first()
    return found


def find_merge(viewer: Viewer, id: UUID) -> Merge | None:  # noqa: ARG001
    """Return a merge of the viewer's organisation, to undo it."""
    found: Merge | None = Merge.objects.select_related("kept", "absorbed").filter(pk=id).first()
    return found


def find_separation(viewer: Viewer, id: UUID) -> Separation | None:  # noqa: ARG001
    """Return a separation of the viewer's organisation, to lift it."""
    found: Separation | None = Separation.objects.select_related("one", "other").filter(pk=id).first()
    return found


def find_member(viewer: Viewer, id: int) -> Member | None:  # noqa: ARG001
    """Return a file of a series of the viewer's organisation, to move it."""
    found: Member | None = Member.objects.select_related("series").filter(pk=id).first()
    return found


def by_code(viewer: Viewer, code: str) -> Series | None:
    """Return the viewer's own series of this code."""
    wanted = code.strip().upper().replace("\0", "")
    found: Series | None = Series.objects.filter(organisation=viewer.organisation, code=wanted).first()
    return found
