"""Queries of the desk: each takes the viewer, returns what they may see, and records the read.

Each function opens a transaction of its own, so that nobody sees anything without a ledger entry. Counts and change
marks show no record, so they are not recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from vaern.arrivals import Offence
from vaern.node.external import queries as external
from vaern.node.ledger.rules import Subject
from vaern.node.organisations import listings
from vaern.node.organisations.models import Organisation
from vaern.node.reports.base import ties
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.base.reasons import TO_WORK
from vaern.node.reports.desk import acts
from vaern.node.reports.desk.search import PUBLIC, Search
from vaern.node.reports.models import Assessment, Desk, Forward, LegalReview, Location, Preference, Report, SavedView
from vaern.node.reports.models.forwarding import ANSWERED
from vaern.node.reports.models.report import IS_OPEN, STILL_DUE
from vaern.node.reports.rules import working_days
from vaern.node.reports.rules.locations import LOCATION_DONE
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import OPEN, RAISES_HAND_AFTER, State
from vaern.node.web.items import Rows, first_of, rows_of
from vaern.node.web.paging import SIZE, Page
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.node.organisations.viewers import Viewer


LIST = Subject("report")
NEEDS_MORE = Outcome.NEEDS_MORE.value

ORDER = Order(
    "-urgent",
    "-priority",
    "created_at",
    "id",
    code="code",
    what=by_rank("offence", get_args(Offence)),
    priority="priority",
    complete="completeness",
    new=Greatest(F("items_total") - F("items_known") - F("items_seen"), 0),
    known="items_known",
    seen="items_seen",
    age="-created_at",
    due=STILL_DUE,
    who=words("claimed_by__name"),
)
"""Of the work list: the urgent first, then by rescue priority, the oldest first."""

ORDER_DONE = ORDER.standing("-created_at", "id")
"""Of what nobody has anything to do on: the latest first."""

SHOWN = (
    "id",
    "code",
    "organisation_id",
    "state",
    "urgent",
    "priority",
    "priority_lines",
    "completeness",
    "created_at",
    "offence",
    "document",
    "sender__name",
    "claimed_by__name",
    "claimed_until",
    "touched_at",
    "due_at",
    "concluded_at",
    "items_total",
    "items_known",
    "items_seen",
    "synthetic",
    "same_as_id",
)
"""What the list shows; nothing sealed is read for it."""


@dataclass(frozen=True)
class WorkList:
    """A page of the work list.

    Attributes:
        same: for reports that share an identifier with an earlier one, its code and the kinds of identifier.
        pulse: the change mark of the page; changes when an urgent report arrives or is claimed.
    """

    page: Page[Report]
    pulse: str
    same: dict[UUID, tuple[str, list[str]]]


@transaction.atomic
def worklist(viewer: Viewer, search: Search, parameters: Mapping[str, Any], size: int = SIZE) -> WorkList:
    """Return a page of the viewer's organisation's reports; recorded with the number shown."""
    before = raised_before(viewer.organisation)
    now_at = pulse(viewer)  # before the rows: what arrives between the two is shown twice rather than never
    found = _found(viewer, search, before).select_related("sender", "claimed_by").only(*SHOWN)
    done = bool(search.state) and State(search.state) not in OPEN
    needs = ExpressionWrapper(raised(before), BooleanField())
    marked: QuerySet[Report] = found.annotate(needs_attention=needs)  # type: ignore[assignment]
    page = listings.read(
        viewer,
        marked,
        ORDER_DONE if done else ORDER,
        parameters,
        size,
        act=acts.SEARCHED if search.text else acts.LISTED,
        subject=LIST,
        reason=TO_WORK,
        details=search.text,
        looked="reports",
        came="created_at",
    )
    return WorkList(page, now_at, ties.shown(page.rows))


def _found(viewer: Viewer, search: Search, before: datetime) -> QuerySet[Report]:
    found = own(viewer)
    # The open ones by the very condition of the index; a state of its own may be named beside it.
    if not search.state or State(search.state) in OPEN:
        found = found.filter(IS_OPEN)
    if search.state:
        found = found.filter(state=search.state)
    if search.text:
        theirs = Q(sender__isnull=False, sender_reference__iexact=search.text) & ~Q(sender_reference="")
        numbered = external.matching(viewer, Report.KIND, search.text)
        found = found.filter(Q(code__startswith=search.text) | Q(tip_number=search.text) | theirs | numbered)
    if search.urgent:
        found = found.filter(urgent=True)
    if search.offence:
        found = found.filter(offence=search.offence)
    if search.document:
        found = found.filter(document=search.document)
    if search.sender:
        found = found.filter(sender=None) if search.sender == PUBLIC else found.filter(sender=UUID(search.sender))
    if search.hand:
        found = found.filter(raised(before))
    return _by_clock(_by_others(found, viewer, search), viewer, search)


def _by_others(found: QuerySet[Report], viewer: Viewer, search: Search) -> QuerySet[Report]:
    """Filter by ties to other reports and by external identifiers."""
    if search.same:
        found = found.filter(same_as__isnull=False)
    if search.number:
        found = found.filter(external.having(viewer, Report.KIND, search.number))
    return found


def _by_clock(found: QuerySet[Report], viewer: Viewer, search: Search) -> QuerySet[Report]:
    now = timezone.now()
    if search.whose == "mine":
        found = found.filter(claimed_by=viewer.person, claimed_until__gt=now)
    elif search.whose:
        found = found.filter(Q(claimed_by=None) | Q(claimed_until__lte=now))
    if search.whose == "nobody":
        found = found.exclude(_in_other_hands())
    if search.due == "overdue":
        found = found.filter(due_at__lt=now, concluded_at=None)
    elif search.due == "today":
        end = timezone.make_aware(datetime.combine(timezone.localdate(), time.max))
        found = found.filter(due_at__lte=end, concluded_at=None)
    return found


@cache
def _in_other_hands() -> Q:
    """Return the condition under which a report came home concluded, or went home so, and nobody took it up again.

    What a desk told its sender an outcome of is in hand here: in a case, or done but for what still stands somewhere.
    `NEEDS_MORE` is an answer, and concludes nothing: the sender has to do something. A report on the work list of which
    something was concluded here is one that was opened again; one that was forwarded before is not.
    """
    here = OuterRef("pk")
    told = ANSWERED & ~Q(outcome=NEEDS_MORE, safeguarded=False)
    home = Exists(Forward.of(report=here).filter(told)) | Exists(Forward.of(arrived=here).filter(told))
    assessed = Exists(Assessment.of(report=here).filter(final=True, undone_at=None))
    ended_by_law = Exists(LegalReview.of(report=here).filter(cleared=False))
    return Q(home) & ~(Q(state=State.ARRIVED.value) & (Q(assessed) | Q(ended_by_law)))


def own(viewer: Viewer) -> QuerySet[Report]:
    """Return the reports of the viewer's organisation, the only ones its desk works on."""
    found: QuerySet[Report] = Report.own.all()
    return found


def raised_before(of: Organisation) -> datetime:
    """Return the moment since when an untouched report needs attention."""
    return working_days.since(desk_of(of), timezone.now(), RAISES_HAND_AFTER)


def raised(before: datetime) -> Q:
    """Return the condition under which a report needs attention: it is open, and nobody has touched it since.

    Of one that is concluded others may have to act now, a host or another desk; that has a clock of its own.
    """
    untouched = Q(touched_at__lte=before) | Q(touched_at=None, created_at__lte=before)
    return IS_OPEN & untouched & ~_others_act()


@cache
def _others_act() -> Q:
    """Return the condition under which a report is concluded, and takedown or another desk has it now."""
    here = OuterRef("pk")
    is_up = Exists(Location.of(report=here).exclude(state__in=[state.value for state in LOCATION_DONE]))
    is_awaited = Exists(Forward.of(report=here).filter(release__recalled_at=None).exclude(ANSWERED))
    return Q(state=State.IN_ACTION.value) & (Q(is_up) | Q(is_awaited))


def pulse(viewer: Viewer) -> str:
    """Return a mark that changes when an urgent report arrives, is touched or is done; it reveals none of them."""
    found = (
        own(viewer).filter(IS_OPEN, urgent=True).aggregate(n=Count("id"), at=Max("created_at"), to=Max("touched_at"))
    )
    return f"{found['n']}.{found['at'] and found['at'].timestamp()}.{found['to'] and found['to'].timestamp()}"


def urgent_and_free(viewer: Viewer, most: int = 6) -> list[Report]:
    """Return the unclaimed urgent reports, the latest first, for the line above a list that is recorded."""
    found = _found(viewer, WAITS["urgent"], timezone.now()).only("id", "code", "created_at")
    return list(found.order_by("-created_at", "id")[:most])


def senders(viewer: Viewer) -> list[Organisation]:
    """Return the organisations that have sent reports to the viewer's desk."""
    # By the index of `report_once`: whoever sends gives a reference.
    sent = own(viewer).filter(~Q(sender_reference=""), sender=OuterRef("pk"))
    return list(Organisation.all_nodes.filter(Exists(sent)).only("id", "name").order_by("name", "id"))


WAITS = {
    "urgent": Search(urgent="yes", whose="nobody"),
    "raised": Search(hand="raised"),
    "mine": Search(whose="mine"),
    "free": Search(whose="nobody"),
}
"""What waits, as the work list is asked for it: a pile counts what the list shows that it leads to."""

WAITING = (
    "id",
    "code",
    "offence",
    "state",
    "urgent",
    "created_at",
    "due_at",
    "concluded_at",
    "touched_at",
    "claimed_until",
    "claimed_by__name",
)
"""What the front page says of a report."""


def waiting(viewer: Viewer) -> dict[str, Rows[Report]]:
    """Return the first of the reports that wait, by the names of `WAITS`; each as the list is sorted.

    The urgent come first in the list of those on which nobody works, so they are counted alone only if there are many.
    """
    before = raised_before(viewer.organisation)

    def first(name: str) -> Rows[Report]:
        rows = _found(viewer, WAITS[name], before).select_related("claimed_by").only(*WAITING)
        return first_of(rows.order_by(*ORDER.default))

    free = first("free")
    urgent = [report for report in free.first if report.urgent]
    many = len(urgent) == len(free.first) < free.count
    found = {"urgent": first("urgent") if many else rows_of(urgent), "raised": first("raised")}
    if viewer.person:
        found["mine"] = first("mine")
    return {**found, "free": free}


def saved_views(viewer: Viewer) -> list[SavedView]:
    """Return the person's saved views."""
    return list(SavedView.of(person=viewer.person).order_by("name", "id")) if viewer.person else []


def is_name_taken(desk: Desk, name: str) -> bool:
    """Whether another desk's public form already has a name, which is part of the form's URL."""
    return bool(Desk.everywhere.filter(public_name=name).exclude(pk=desk.pk).exists())


def preference(viewer: Viewer) -> Preference:
    """Return the person's preferences for the work list."""
    found: Preference | None = Preference.of(person=viewer.person).first() if viewer.person else None
    return found or Preference(person=viewer.person, organisation=viewer.organisation)


def codes_of(ids: Sequence[UUID]) -> list[str]:
    """Return the codes of the viewer's organisation's own reports with these ids."""
    return list(Report.own.filter(pk__in=ids).order_by("code").values_list("code", flat=True))
