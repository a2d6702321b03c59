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
    cases = whole(read_once(case)) if Case.objects.filter(pk=case.pk).exists() else []  # a recall takes effect at once
    at = look(viewer, case, reason, acts.CONSULTED, absorbed=cases[1:], most=MOST_HISTORY)
    own = at.own
    reads = bool(READS_WORDS & viewer.permissions)
    statements = Statement.of(case__in=cases).select_related(
        "author", "party__case", "corrects", "corrected_by", "case"
    )
    held = Held.of(case__in=cases).select_related("party", "report", "case")
    tasks = _rows(Task, cases if own else []).select_related("owner", "done_by", "case")
    every = (
        _rows(Party, cases).select_related("case"),
        statements.order_by("said_at", "id"),
        held.order_by("kind", "added_at", "id"),
        tasks,
    )
    found = [list(rows[: MOST + 1]) for rows in every]  # one more than is shown says that there is more
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


def links_of(viewer: Viewer, cases: list[Case]) -> list[Link]:
    """Return what cases of the viewer's organisation are linked with; a series only so far as they may see it now."""
    found = Link.of(case__in=cases).select_related("report", "forward", "series", "other", "case")
    series = set(Series.objects.filter(pk__in=found.values("series")).values_list("pk", flat=True))
    may = viewer.may(Permission.SERIES_VIEW)
    return [one for one in found.order_by("id")[:MOST] if one.series_id is None or (may and one.series_id in series)]


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
