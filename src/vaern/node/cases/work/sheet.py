"""All that the page of one case shows: read in one transaction, recorded, unsealed only for those who work on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.base.sealing import Unsealable, unseal
from vaern.node.cases.base.absorbed import read_once, root_of, whole
from vaern.node.cases.base.locks import SEALED
from vaern.node.cases.models import Case, Held, Link, Party, Statement, Task
from vaern.node.cases.rules import people
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work import acts, handover_queries
from vaern.node.cases.work.identifiers import identifier_of
from vaern.node.casework.releases import queries as releases
from vaern.node.casework.sheets import Sheet, look
from vaern.node.crosscheck.registry.queries import meetings_of
from vaern.node.organisations.rules import Permission
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vaern.node.cases.models import Handover
    from vaern.node.casework.models import Release
    from vaern.node.crosscheck.registry.queries import Met
    from vaern.node.crosscheck.rules.identifiers import Identifier
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

READS_WORDS = frozenset({Permission.CASE_WORK, Permission.SERIES_WORK, Permission.ASSISTANCE_WORK})
"""Whoever has one of these reads what was written; an administrator in a session sees that there is a case."""

MOST_HISTORY = 100
"""Entries of the ledger that the page shows: a case is worked on for long."""

MOST = 500
"""Rows of each kind that a page shows."""

COLUMNS: dict[Any, tuple[str, ...]] = {
    Party: ("number", "category", "sealed", "kept_until"),
    Statement: (
        *("number", "nature", "source", "credibility", "confidence", "sealed", "happened_at", "said_at"),
        *("author__name", "corrects__number", "corrected_by__number", "party__number", "party__case"),
    ),
    Held: ("kind", "sealed", "missing", "party__number", "party__case"),
    Task: ("number", "sealed", "due_on", "done_at", "owner__name", "done_by__name"),
}
"""What the page says of each kind of row, and of what they name."""


@dataclass(frozen=True)
class Told:
    """A row with what was sealed in it; None for those who may not read it, and where it does not open."""

    row: Party | Statement | Task
    words: str | None


@dataclass(frozen=True)
class CaseSheet(Sheet[Case]):
    """The page of one case.

    Attributes:
        root: the case that absorbed it, itself if none did; absorbed: those that it absorbed.
        reads: the viewer reads what was written.
        cut: of some kind there are more rows than the page shows, which is `most` of each.
        links, tasks, meetings: for its owner only.
    """

    root: Case
    absorbed: list[Case]
    reads: bool
    parties: list[Told]
    statements: list[Told]
    identifiers: list[tuple[Held, Identifier | None]]
    cut: bool = False
    most: int = MOST
    tasks: list[Told] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    meetings: list[Met] = field(default_factory=list)
    came: Handover | None = None
    handovers: list[Handover] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, case: Case, reason: Reason) -> CaseSheet:
    """Return what the page of a case shows; recorded as a consultation."""
    own = case.organisation_id == viewer.organisation.id
    there = own or Case.objects.filter(pk=case.pk).exists()  # a recall takes effect at once
    cases = whole(read_once(case)) if there else []
    at = look(viewer, case, reason, acts.CONSULTED, absorbed=cases[1:], most=MOST_HISTORY)
    reads = bool(READS_WORDS & viewer.permissions)
    every = (
        _rows(Party, cases),
        Statement.of(case__in=cases).order_by("said_at", "id"),
        Held.of(case__in=cases).order_by("kind", "added_at", "id"),
        _rows(Task, cases if own else []),
    )
    found = [_read(rows, cases) for rows in every]
    shown = [rows[:MOST] for rows in found]
    return CaseSheet(
        look=at,
        root=root_of(case) if own else case,
        absorbed=cases[1:] if own else [],
        reads=reads,
        parties=[_party(viewer, one, own=own) for one in shown[0]],
        statements=[Told(one, _open(one.sealed) if reads else None) for one in shown[1]],
        identifiers=[(one, _identifier(one) if reads else None) for one in shown[2]],
        tasks=[Told(one, _open(one.sealed) if reads else None) for one in shown[3]],
        cut=any(len(rows) > MOST for rows in found),
        **(_of_owner(viewer, case, cases) if own else {}),
    )


def _of_owner(viewer: Viewer, case: Case, cases: list[Case]) -> dict[str, Any]:
    return {
        "links": links_of(viewer, cases),
        "meetings": meetings_of(viewer, case),
        "came": handover_queries.came_by(viewer, case),
        "handovers": handover_queries.handovers_of(viewer, case),
        "releases": releases.releases_of(viewer, case),
    }


def _read(rows: QuerySet[Any], cases: list[Case]) -> list[Any]:
    """Return the first rows of a kind, with their cases; one more than is shown says that there is more.

    The cases were read already: they are given to the rows, and to the persons whom these are about.
    """
    columns = COLUMNS[rows.model]
    joined = sorted({column.partition("__")[0] for column in columns if "__" in column})
    found, by_id = list(rows.select_related(*joined).only("case", *columns)[: MOST + 1]), {one.pk: one for one in cases}
    for row in found:
        row.case = by_id[row.case_id]
        if getattr(row, "party", None) is not None and row.party.case_id in by_id:
            row.party.case = by_id[row.party.case_id]
    return found


def links_of(viewer: Viewer, cases: list[Case]) -> list[Link]:
    """Return what cases of the viewer's organisation are linked with; a series only so far as they may see it now."""
    rows = Link.of(case__in=cases).select_related("report", "series", "other")
    rows = rows.only(
        "case", "forward", "first_told_at", "report__code", "report__offence", "series__code", "other__code"
    )
    found = list(rows.order_by("id")[:MOST])
    linked = {one.series_id for one in found if one.series_id} if viewer.may(Permission.SERIES_VIEW) else set()
    seen = set(Series.objects.filter(pk__in=linked).values_list("pk", flat=True)) if linked else set()
    return [one for one in found if one.series_id is None or one.series_id in seen]


def _rows(model: type[Party | Task], cases: list[Case]):  # type: ignore[no-untyped-def]
    return model.of(case__in=cases).order_by("case__opened_at", "number")


def _party(viewer: Viewer, party: Party, *, own: bool) -> Told:
    category = Category(party.category)
    shown = people.sees(category, viewer.permissions) and (own or people.CATEGORIES[category].travels)
    return Told(party, _open(party.sealed) if shown else None)


def _open(sealed: bytes | memoryview) -> str | None:
    try:
        return unseal(sealed, SEALED)
    except Unsealable:
        return None


def _identifier(held: Held) -> Identifier | None:
    try:
        return identifier_of(held)
    except Unsealable:
        return None
