"""Every reading of cases: takes the viewer, returns what they may see, and records that it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from vaern.node.cases.base.absorbed import root_of, whole
from vaern.node.cases.models import Case, Handover, KeepingClock, Link, Party, Said, Task
from vaern.node.cases.models.case import IS_TO_DO
from vaern.node.cases.rules import case as rules
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.case import State
from vaern.node.cases.work import acts
from vaern.node.external import queries as external
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.organisations.rules import Permission
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.victims.models import Series
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import SIZE, Page
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from vaern.node.cases.work.filters import Search
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

LIST = Subject("case")
TO_WORK = Reason(Why.INVESTIGATION)
"""Why people look at the list: to find their work in it. They are asked when they open one."""

ORDER = Order(
    "-urgent",
    "touched_at",
    "id",
    code="code",
    state=by_rank("state", State),
    outcome="outcome",
    reference=words("reference"),
    lead=words("lead__name"),
    touched="touched_at",
)
"""Of what there is to do: the urgent first, then what lay longest."""

ORDER_DONE = ORDER.standing("-opened_at", "id")


def own(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases of the viewer's organisation."""
    found: QuerySet[Case] = Case.own.all()
    return found


def raised() -> Q:
    """Return the condition under which a case needs attention: untouched, overdue, or data about to be lost."""
    now = timezone.now()
    late = Task.of(case=OuterRef("pk")).filter(done_at=None, due_on__lt=timezone.localdate())
    unanswered = Handover.of(arrived=OuterRef("pk")).filter(answer="", due_at__lt=now)
    ending = KeepingClock.of(held__case=OuterRef("pk")).filter(
        settled_at=None, noted_at=None, ends_at__lte=now + clocks.WARNED[0]
    )
    lay = Q(touched_at__lt=now - rules.RAISES_HAND_AFTER)
    return IS_TO_DO & (lay | Q(Exists(late)) | Q(Exists(unanswered)) | Q(Exists(ending)))


def dropped_elsewhere() -> Q:
    """Return the condition that a receiver dropped a case, and nobody touched it since."""
    drops = Handover.of(case=OuterRef("pk")).filter(answer="dropped", answered_at__gte=OuterRef("touched_at"))
    return IS_TO_DO & Q(Exists(drops))


@transaction.atomic
def worklist(viewer: Viewer, search: Search, parameters: Mapping[str, Any], size: int = SIZE) -> Page[Case]:
    """Return a page of cases that the viewer's organisation works on, or were released to it; recorded."""
    released = search.whose == "released"
    found = Case.objects.exclude(organisation=viewer.organisation.id) if released else own(viewer)
    if search.state:
        found = found.filter(state=search.state)
    elif not search.is_of_all:
        found = found.filter(IS_TO_DO)
    if search.text:
        numbered = external.matching(viewer, Case.KIND, search.text)
        found = found.filter(Q(code__startswith=search.text) | Q(reference__istartswith=search.text) | numbered)
    if search.number:
        found = found.filter(external.having(viewer, Case.KIND, search.number))
    if search.whose == "mine":
        found = found.filter(lead=viewer.person)
    if search.hand:
        found = found.filter(raised() | dropped_elsewhere())
    found = found.select_related("lead", "organisation").annotate(
        late=Exists(Task.of(case=OuterRef("pk")).filter(done_at=None, due_on__lt=timezone.localdate()))
    )
    done = search.is_of_all or (search.state and State(search.state) not in rules.TO_DO)
    return listings.read(
        viewer,
        found,
        ORDER_DONE if done else ORDER,
        parameters,
        size,
        act=acts.SEARCHED if search.text else acts.LISTED,
        subject=LIST,
        reason=TO_WORK,
        details=search.text,
        looked="cases",
        came="touched_at",
    )


@dataclass(frozen=True)
class Funnel:
    """How far the cases of an organisation came; numbers only, so nothing is recorded. Safeguarding stands first."""

    cases: int
    safeguarded: int
    with_report: int
    suspect: int
    charged: int
    convicted: int


def funnel(viewer: Viewer) -> Funnel:
    """Return how far the cases of the viewer's organisation came: each of them once, with all that it absorbed."""

    def came_to(outcome: Outcome) -> Q:
        return Q(pk__in=Said.objects.filter(outcome=outcome.value).values("case"))

    came = {
        "safeguarded": Q(safeguarded=True),
        "with_report": Q(pk__in=Link.objects.exclude(first="").values("case")),
        "suspect": came_to(Outcome.SUSPECT_IDENTIFIED),
        "charged": came_to(Outcome.CHARGED),
        "convicted": came_to(Outcome.CONVICTED),
    }
    through = _through_merged(viewer, came)
    cases = own(viewer).exclude(state__in=[State.MERGED, State.DROPPED, State.ARRIVED])
    counts = {f"n_{name}": Count("pk", filter=how | Q(pk__in=through[name])) for name, how in came.items()}
    found = cases.aggregate(n_cases=Count("pk"), **counts)
    return Funnel(**{name.removeprefix("n_"): n for name, n in found.items()})


def _through_merged(viewer: Viewer, came: Mapping[str, Q]) -> dict[str, set[UUID]]:
    """Return by condition the cases that absorbed, directly or not, one that fulfils it."""
    found: dict[str, set[UUID]] = {name: set() for name in came}
    roots = _roots(viewer)
    if roots:
        flags = [ExpressionWrapper(how, output_field=BooleanField()) for how in came.values()]
        for id, *holds in own(viewer).filter(pk__in=roots).values_list("pk", *flags):
            for name, is_so in zip(came, holds, strict=True):
                found[name] |= {roots[id]} if is_so else set()
    return found


def _roots(viewer: Viewer) -> dict[UUID, UUID]:
    """Return for each case that was merged the one that absorbed it at last. There are no circles (`merges`)."""
    merged = own(viewer).filter(merged_into__isnull=False)
    into: dict[UUID, UUID] = dict(merged.values_list("pk", "merged_into_id"))

    def root(id: UUID) -> UUID:
        return root(into[id]) if id in into else id

    return {id: root(id) for id in into}


WAITING = ("code", "reference", "urgent", "touched_at", "silent_until", "lead__name")
"""What the front page says of a case."""


@dataclass(frozen=True)
class Waiting:
    """What waits for a person in cases, and what is new to them.

    Attributes:
        arrived: handed over by another desk, not answered yet.
        raised: untouched, or something in them is overdue; dropped: a receiver gave them up.
        mine: those that the person leads; tasks: what they have to do.
        silent: those of which whoever reported is told nothing.
        given: handovers that were accepted since a moment, the latest first.
    """

    arrived: Rows[Handover]
    raised: Rows[Case]
    dropped: Rows[Case]
    mine: Rows[Case]
    tasks: Rows[Task]
    silent: Rows[Case]
    given: Rows[Handover]


def waiting(viewer: Viewer, since: datetime | None = None) -> Waiting:
    """Return the first of what waits for the viewer in cases, by clock.

    Args:
        viewer: who.
        since: handovers that were answered from then on are news.
    """
    cases, me = own(viewer).select_related("lead").only(*WAITING), viewer.person
    here = own(viewer).filter(state=State.ARRIVED.value)
    arrived = Handover.of(arrived__in=here).select_related("arrived", "organisation").order_by("due_at", "id")
    arrived = arrived.only("due_at", "organisation__name", "arrived__code", "arrived__reference")
    return Waiting(
        arrived=first_of(arrived),
        raised=first_of(cases.filter(raised()).exclude(state=State.ARRIVED.value).order_by(*ORDER.default)),
        dropped=first_of(cases.filter(dropped_elsewhere()).order_by(*ORDER.default)),
        mine=first_of(cases.filter(IS_TO_DO, lead=me).order_by(*ORDER.default)) if me else Rows(),
        tasks=first_of(_tasks(viewer)) if me else Rows(),
        silent=first_of(cases.filter(silent_until__isnull=False).order_by("silent_until", "id")),
        given=first_of(_given(since)) if since else Rows(),
    )


def _given(since: datetime) -> QuerySet[Handover]:
    found = Handover.objects.filter(answered_at__gte=since).exclude(answer="dropped")
    columns = ("answer", "answered_at", "recipient__name", "case__code", "case__reference")
    return found.select_related("case", "recipient").only(*columns).order_by("-answered_at", "id")


def _tasks(viewer: Viewer) -> QuerySet[Task]:
    found = Task.of(case__in=own(viewer)).filter(owner=viewer.person, done_at=None)
    columns = ("number", "due_on", "made_at", "made_by__name", *(f"case__{column}" for column in WAITING))
    return found.select_related("case__lead", "made_by").only(*columns).order_by("due_on", "id")


def by_code(viewer: Viewer, code: str) -> Case | None:
    """Return the case of the viewer's organisation with a code; one that was merged leads to what absorbed it."""
    wanted = "".join(code.split()).upper()
    found = own(viewer).filter(code=wanted).first() if wanted.isprintable() and len(wanted) <= 9 else None
    return root_of(found) if found else None


def cases_of(viewer: Viewer, report: Report) -> list[Case]:
    """Return the cases of the viewer's organisation that a report is linked with; part of the report's page."""
    linked = Link.objects.filter(report=report).values("case")
    return list(own(viewer).filter(pk__in=linked).order_by("opened_at", "id"))


def codes_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of cases that the viewer in scope may see, for pages that name them."""
    return dict(Case.objects.filter(pk__in=list(ids)).values_list("pk", "code"))


def row_of(model: Any, case: Case, id: Any) -> Any:
    """Return a row of a case, or of one that it absorbed, or None."""
    return model.of(case__in=whole(case)).filter(pk=id).first()


def parties_of(cases: list[Case]) -> list[Party]:
    """Return the persons of cases, by their numbers."""
    return list(Party.of(case__in=cases).order_by("number"))


def series_by_code(viewer: Viewer, code: str) -> Series | None:
    """Return the series of a code that the viewer may see, or None."""
    if not code.isprintable() or not viewer.may(Permission.SERIES_VIEW):
        return None
    found: Series | None = Series.objects.filter(code=code.strip().upper()).first()
    return found
