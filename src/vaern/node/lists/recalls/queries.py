"""Reads of recalls: those of one's own lists with their effects, and the effects that concern one's organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Case, Count, Exists, Max, OuterRef, Q, Value, When
from django.utils import timezone

from vaern.node.base.rows import one_or_none
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.lists.models import EntryRecall, HashList, ListEntry, LookupCall, LookupHit, RecallEffect
from vaern.node.lists.recalls import acts
from vaern.node.lists.recalls.reaching import reached
from vaern.node.lists.recalls.tracing import subject_of
from vaern.node.lists.rules.effects import BROUGHT_TO_PROGRAMS, EffectKind, EffectState
from vaern.node.organisations import listings
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import SIZE
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LISTS = Subject("entry_recall")
TO_WORK = Reason(Why.LIST_QUALITY)
ACKNOWLEDGED_WITHIN = timedelta(days=7)
"""How long an organisation has to acknowledge that a recall concerns it, before it is overdue by name."""

RECALLS = Order("-at", "id")
EFFECTS = Order("id")
LATEST = Order("-id")
CALLS = Order("-at", "call")
CONCERNING = Order("done", "id")
"""What is open first, of these the oldest: it is overdue first."""


MANY = 3
"""Lists of which the page offers to acknowledge all recalls at once."""


def named(name: str, entry: str) -> tuple[ListEntry | None, HashList | None]:
    """Return an entry that the viewer sees, of a list by its name; and the list, where it is of their organisation."""
    seen = ListEntry.objects.select_related("list").filter(list__name=name, ident=entry).first()
    return seen, HashList.own.filter(name=name).first()


@transaction.atomic
def recalls(
    viewer: Viewer,
    parameters: Mapping[str, Any],
    hash_list: HashList | None = None,
    reason: Reason = TO_WORK,
    size: int = SIZE,
) -> Page[EntryRecall]:
    """Return a page of the recalls of entries of the viewer's own lists, each with how many effects it has.

    Args:
        viewer, parameters: who asks, and for which page.
        hash_list: one of their own; all of them if left out.
        reason, size: of a program, which says why, and how many.
    """
    waits = Q(effects__state__in=[EffectState.TO_TELL.value, EffectState.TOLD.value])
    found = EntryRecall.of(list=hash_list) if hash_list else EntryRecall.of(list__in=HashList.own.all())
    counted = found.select_related("list").annotate(concerned=Count("effects"), waiting=Count("effects", filter=waits))
    return listings.read(viewer, counted, RECALLS, parameters, size, act=acts.LISTED, subject=LISTS, reason=reason)


@dataclass(frozen=True)
class RecallPage:
    """What the page of a recall shows to whoever keeps the list.

    Attributes:
        effects: by organisation and kind; records only of the viewer's own organisation.
        reached: the records of effects that the viewer's organisation still has, as of `reached`.
    """

    recall: EntryRecall
    effects: list[RecallEffect]
    reached: frozenset[UUID]


def find(id: UUID) -> EntryRecall | None:
    """Return a recall of an entry of a list of the viewer's organisation."""
    found: EntryRecall | None = one_or_none(
        EntryRecall.of(list__in=HashList.own.all()).select_related("list", "by").filter(pk=id)
    )
    return found


@transaction.atomic
def opened(viewer: Viewer, recall: EntryRecall, reason: Reason) -> RecallPage:
    """Return a recall with all that rested on it; recorded."""
    effects = list(
        RecallEffect.of(recall=recall)
        .select_related("organisation")
        .order_by("organisation__name", "kind", "code", "id")
    )
    record(acts.CONSULTED, subject_of(recall), viewer.actor, reason, count=len(effects))
    return RecallPage(recall, effects, reached(effects))


@transaction.atomic
def concerning(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[RecallEffect]:
    """Return a page of the effects that concern the viewer's organisation; recorded."""
    done = Case(When(state=EffectState.ACKNOWLEDGED.value, then=Value(1)), default=Value(0))
    found = RecallEffect.objects.select_related("recall__list__organisation").annotate(done=done)
    return listings.read(viewer, found, CONCERNING, parameters, act=acts.TOLD, subject=LISTS, reason=TO_WORK)


def received(hash_list: UUID) -> QuerySet[RecallEffect]:
    """Return what concerns the viewer's organisation only because it receives a list, and is not acknowledged yet."""
    waits = RecallEffect.objects.exclude(state=EffectState.ACKNOWLEDGED.value).filter(recall__ended_at=None)
    found: QuerySet[RecallEffect] = waits.filter(kind=EffectKind.SUBSCRIBER.value, recall__list=hash_list)
    return found


class Received(NamedTuple):
    """Recalls on a list that an organisation receives, of which it has said nothing yet.

    Attributes:
        hash_list: on which they are.
        number: of them.
        last: the number of the last effect.
    """

    hash_list: HashList
    number: int
    last: int


def received_of(hash_list: UUID) -> Received | None:
    """Return the recalls on a list that the viewer's organisation can acknowledge at once; None where there is none."""
    waits = received(hash_list)
    last = waits.select_related("recall__list__organisation").order_by("-pk").first()
    return None if last is None else Received(last.recall.list, waits.filter(pk__lte=last.pk).count(), last.pk)


def many_received() -> list[Received]:
    """Return the lists of which the viewer's organisation has more than one such recall, the most first."""
    waits = RecallEffect.objects.exclude(state=EffectState.ACKNOWLEDGED.value).filter(recall__ended_at=None)
    counted = waits.filter(kind=EffectKind.SUBSCRIBER.value).order_by().values_list("recall__list")
    found = list(counted.annotate(n=Count("pk"), last=Max("pk")).filter(n__gt=1).order_by("-n", "last")[:MANY])
    lasts = RecallEffect.objects.select_related("recall__list").in_bulk([last for _list, _n, last in found])
    return [Received(lasts[last].recall.list, count, last) for _list, count, last in found]


@transaction.atomic
def of_programs(
    viewer: Viewer, parameters: Mapping[str, Any], state: str, reason: Reason, size: int
) -> Page[RecallEffect]:
    """Return a page of what came to programs of the viewer's organisation and was recalled; recorded.

    No record is in it, for a key that asks may open none. It counts as told once a person has read it.

    Args:
        viewer, parameters, reason, size: who asks, for which page, why, and how many.
        state: `open` or `acknowledged`; "" for both.
    """
    kinds = sorted(kind.value for kind in BROUGHT_TO_PROGRAMS)
    found = RecallEffect.objects.filter(kind__in=kinds).select_related("recall__list")
    done = Q(state=EffectState.ACKNOWLEDGED.value)
    if state:
        found = found.filter(done if state == "acknowledged" else ~done)
    return listings.read(viewer, found, LATEST, parameters, size, act=acts.OF_PROGRAMS, subject=LISTS, reason=reason)


class Calls(NamedTuple):
    """Look-ups that had hits on an entry that was recalled.

    Attributes:
        page: of them.
        acts: what followed from the entry, once for each signal of a call that met it, by the call.
    """

    page: Page[LookupCall]
    acts: dict[UUID, list[str]]


def of_program(number: int) -> RecallEffect | None:
    """Return what came to programs of the viewer's organisation and was recalled, by its number."""
    found = own_effect(number)
    return found if found and EffectKind(found.kind) in BROUGHT_TO_PROGRAMS else None


@transaction.atomic
def calls_of(viewer: Viewer, effect: RecallEffect, parameters: Mapping[str, Any], reason: Reason, size: int) -> Calls:
    """Return a page of the look-ups of the viewer's organisation that had hits on a recalled entry; recorded.

    Args:
        viewer, reason, size: who asks, why, and for how many.
        effect: that it concerns them.
        parameters: which page.
    """
    hits = LookupHit.objects.filter(list=effect.recall.list.name, entry=effect.recall.ident)
    found = LookupCall.objects.filter(pk__in=hits.values("answered"))
    subject = subject_of(effect.recall)
    page = listings.read(viewer, found, CALLS, parameters, size, act=acts.CALLS_OF, subject=subject, reason=reason)
    said: dict[UUID, list[str]] = {}
    for call, act in hits.filter(answered__in=page.rows).order_by("pk").values_list("answered", "act"):
        said.setdefault(call, []).append(act)
    return Calls(page, said)


def own_effect(number: int) -> RecallEffect | None:
    """Return an effect that concerns the viewer's organisation."""
    found: RecallEffect | None = one_or_none(
        RecallEffect.objects.select_related("recall__list__organisation").filter(pk=number)
    )
    return found


def accounts_said(effect: RecallEffect) -> bool:
    """Whether the viewer's organisation has said already what the same recall led to at accounts."""
    said = RecallEffect.objects.filter(recall=effect.recall_id, organisation=effect.organisation_id)
    return bool(said.filter(kind=EffectKind.ACCOUNT.value).exists())


@dataclass(frozen=True)
class Waiting:
    """What waits: effects to acknowledge, and recalls of one's own that somebody has not acknowledged in time."""

    mine: Rows[RecallEffect]
    overdue: Rows[RecallEffect]


def waiting(viewer: Viewer) -> Waiting:
    """Return the first of what waits for the viewer's organisation."""
    mine = RecallEffect.objects.exclude(state=EffectState.ACKNOWLEDGED.value).filter(recall__ended_at=None)
    mine = mine.select_related("recall__list")
    late = timezone.now() - ACKNOWLEDGED_WITHIN
    own = EntryRecall.of(list__in=HashList.own.all()).filter(at__lt=late, ended_at=None, pk=OuterRef("recall"))
    overdue = RecallEffect.everywhere.exclude(state=EffectState.ACKNOWLEDGED.value).filter(Exists(own))
    overdue = overdue.select_related("recall__list", "organisation")
    return Waiting(first_of(mine.order_by("id")), first_of(overdue.order_by("id")))
