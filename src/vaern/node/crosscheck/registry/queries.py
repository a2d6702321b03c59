"""What an organisation learns about its meetings: that there is one, by which kind of key, and its state.

Which organisation, which record and which value is not in any answer, unless the other side released the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.models import Release
from vaern.node.crosscheck.models import Enrolment, Meeting, Reveal, Told
from vaern.node.crosscheck.registry import acts, statements
from vaern.node.crosscheck.registry.actions import keys_of, of_record
from vaern.node.crosscheck.rules.disclosures import RevealState
from vaern.node.crosscheck.rules.registry import (
    LOOK_UPS_OF_ORGANISATION,
    LOOK_UPS_OF_PERSON,
    MOST_KEYS_LOOKED_UP,
    MOST_PER_ORGANISATION,
    Many,
    State,
    many,
)
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.web import limits
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from vaern.node.casework.models import Casework
    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

TO_WORK = Reason(Why.INVESTIGATION)
"""Why people look at a list: to find their work in it."""

_SPACE = UUID("0d4b4c6e-6f3f-4a2a-8b8e-6b1b0e1f6a55")


class TooOftenError(Refusal):
    """The rate limit is exceeded.

    Attributes:
        wait: seconds until the next.
    """

    def __init__(self, wait: int) -> None:
        super().__init__(_("You asked too often: wait %(seconds)s seconds.") % {"seconds": wait})
        self.wait = wait


@dataclass(frozen=True)
class Met:
    """A meeting, as one of its sides sees it.

    Attributes:
        id: of the meeting.
        own: the viewer's record.
        kinds: of the keys that both hold.
        at: since when.
        state: how the work on the other record stands.
        elsewhere: the other record is on another node.
        inside: the other record is of the same organisation.
        new: nobody of this side has looked at it.
        other: the other record, if the viewer's organisation owns it, or it was released to it; else None.
    """

    id: UUID
    own: Subject
    kinds: Sequence[str]
    at: datetime
    state: State
    inside: bool
    new: bool
    other: Subject | None = None
    elsewhere: bool = False


@dataclass(frozen=True)
class Answer:
    """Whether someone else works on this.

    Attributes:
        organisations: how many others hold one of the keys: none, one or several.
        working: one of them works on it now.
        identified: one of them has identified the child, or the person.
        kinds: by which kinds of key.
        asked: how many keys were compared.
    """

    organisations: Many
    working: bool
    identified: bool
    kinds: tuple[str, ...]
    asked: int

    @property
    def someone(self) -> bool:
        """Whether anybody else is there."""
        return self.organisations is not Many.NONE


def meetings_of(viewer: Viewer, record: Casework) -> list[Met]:
    """Return whom a record of the viewer's organisation met, the latest first; of another's record, nothing.

    Part of the record's page, whose reading is recorded there.
    """
    enrolment = of_record(record).filter(organisation=viewer.organisation).first()
    if enrolment is None:
        return []
    found = Meeting.objects.filter(Q(one=enrolment) | Q(other=enrolment)).select_related("one", "other", "elsewhere")
    return as_seen(viewer, found.order_by("-met_at", "id"), enrolment)


def as_seen(viewer: Viewer, found: Iterable[Meeting], enrolment: Enrolment | None = None) -> list[Met]:
    """Return meetings as the viewer's organisation sees them.

    Args:
        viewer: of an organisation that is a side of each.
        found: the meetings, with their sides.
        enrolment: from whose side, where both are the viewer's.
    """
    meetings = list(found)
    sides = [enrolment or meeting.side_of(viewer.organisation.id) for meeting in meetings]
    released = _released(viewer, [m.across_from(side) for m, side in zip(meetings, sides, strict=True)])
    return [_met(meeting, side, released) for meeting, side in zip(meetings, sides, strict=True)]


def _met(meeting: Meeting, side: Enrolment, released: set[UUID]) -> Met:
    other = meeting.across_from(side)
    saw = meeting.one_saw_at if meeting.one_id == side.pk else meeting.other_saw_at
    if other is None:
        state = State(meeting.elsewhere.state)
        at = meeting.met_at
        return Met(meeting.pk, side.subject, meeting.kinds, at, state, inside=False, new=saw is None, elsewhere=True)
    shown = other.subject if meeting.inside or other.record in released else None
    return Met(
        meeting.pk, side.subject, meeting.kinds, meeting.met_at, State(other.state), meeting.inside, saw is None, shown
    )


def _released(viewer: Viewer, others: Sequence[Enrolment | None]) -> set[UUID]:
    """Return which of these records were released to the viewer's organisation; of those elsewhere none is known."""
    records = [other.record for other in others if other is not None]
    found = Release.valid().filter(recipient=viewer.organisation, record__in=records)
    return set(found.values_list("record", flat=True))


ORDER = Order("-met_at", "id", since="met_at")


@transaction.atomic
def listed(
    viewer: Viewer, which: str, parameters: Mapping[str, Any], reason: Reason = TO_WORK, size: int = 50
) -> tuple[list[Met], Page[Meeting]]:
    """Return a page of the meetings of the viewer's organisation, the latest first; recorded with how many were shown.

    Args:
        viewer: who looks.
        which: `new`, `told`, `asked`, or "" for all.
        parameters: of the request.
        reason: why.
        size: rows on a page.
    """
    own, found = viewer.organisation, Meeting.objects.select_related("one", "other", "elsewhere")
    if which == "new":
        found = found.filter(_unseen(viewer), inside=False)
    elif which == "told":
        found = found.filter(pk__in=untold(viewer).values("meeting"))
    elif which == "asked":
        waiting = Reveal.objects.filter(asked=own, state=RevealState.ASKED.value, expires_at__gt=timezone.now())
        found = found.filter(pk__in=waiting.values("meeting"))
    page = listings.read(
        viewer, found, ORDER, parameters, size, act=acts.MEETINGS_LISTED, subject=Subject("meeting"), reason=reason
    )
    return as_seen(viewer, page.rows), page


def met(viewer: Viewer, meeting: Meeting) -> Met:
    """Return a meeting as the viewer's organisation sees it; its reading is recorded by `readings.see`."""
    return as_seen(viewer, [meeting])[0]


def find(viewer: Viewer, id: UUID) -> Meeting | None:
    """Return a meeting of which the viewer's organisation is a side, or None."""
    found: Meeting | None = Meeting.objects.select_related("one", "other", "elsewhere").filter(pk=id).first()
    if found is None or viewer.organisation.id not in {side.organisation_id for side in found.sides}:
        return None
    return found


def own_enrolment(viewer: Viewer, kind: str, record: UUID) -> Enrolment | None:
    """Return the enrolment of a record of the viewer's organisation, or None; shows nothing, so records nothing."""
    found: Enrolment | None = Enrolment.objects.filter(
        kind=kind, record=record, organisation=viewer.organisation
    ).first()
    return found


SIDES = ("one", "other")
SIDE = ("kind", "record", "organisation")
"""What the front page needs of the sides of a meeting."""


def _unseen(viewer: Viewer) -> Q:
    own = viewer.organisation
    return Q(one__organisation=own, one_saw_at=None) | Q(other__organisation=own, other_saw_at=None)


def new_meetings(viewer: Viewer) -> Rows[Meeting]:
    """Return the first meetings with other organisations that nobody here has looked at, the latest first."""
    found = Meeting.objects.filter(_unseen(viewer), inside=False).select_related("one", "other")
    found = found.only("met_at", *(f"{side}__{column}" for side in SIDES for column in SIDE))
    return first_of(found.order_by("-met_at", "id"))


def untold(viewer: Viewer) -> QuerySet[Told]:
    """Return what the viewer's organisation was told of records that it met, and has not read."""
    found: QuerySet[Told] = Told.objects.filter(organisation=viewer.organisation, seen_at=None)
    return found.select_related("enrolment").order_by("-told_at", "id")


def look_up(viewer: Viewer, reason: Reason, record: Casework | Enrolment, keys: Sequence[Key] | None = None) -> Answer:
    """Answer whether someone else works on what a record is about.

    Only keys that the record is registered with can be asked about: whoever asks is found by the others, too.

    Args:
        viewer: who may work on the record.
        reason: why they ask.
        record: of the viewer's organisation, registered.
        keys: some of its keys; all of those that justify a meeting, if not given.

    Raises:
        Refusal: the record is not theirs, or not registered, or not with these keys.
        TooOftenError: they asked too often.
    """
    enrolment = record if isinstance(record, Enrolment) else of_record(record).first()
    if enrolment is None:
        raise Refusal(_("The record is not your organisation's, or its keys are not compared."))
    take_look_up(viewer, enrolment)
    asked = _asked(enrolment, keys)
    with transaction.atomic():
        rows = statements.who_else(viewer.organisation.id, asked, MOST_PER_ORGANISATION)
        rows += _elsewhere(enrolment, {key.kind for key in asked})
        write(acts.LOOKED_UP, enrolment.subject, viewer.actor, reason, count=len(asked))
    return Answer(
        many(len({organisation for _kind, organisation, _open, _known in rows})),
        any(is_open for _kind, _organisation, is_open, _known in rows),
        any(known for _kind, _organisation, _open, known in rows),
        tuple(sorted({kind for kind, _organisation, _open, _known in rows})),
        len(asked),
    )


def _elsewhere(enrolment: Enrolment, kinds: set[str]) -> list[tuple[str, str, bool, bool]]:
    """Return what `statements.who_else` returns, of the records elsewhere that a hub said it met.

    How many organisations they are of nobody here knows: together they count as one.
    """
    found = Meeting.of(one=enrolment).filter(other=None).select_related("elsewhere")
    states = [(kind, State(one.elsewhere.state)) for one in found for kind in one.kinds if kind in kinds]
    return [(kind, "elsewhere", state is State.OPEN, state is State.IDENTIFIED) for kind, state in states]


def take_look_up(viewer: Viewer, enrolment: Enrolment) -> None:
    """Count one question of the viewer about a record; before a transaction is opened, so that the count stays.

    Raises:
        Refusal: the record is not their organisation's. TooOftenError: they asked too often.
    """
    if enrolment.organisation_id != viewer.organisation.id:
        raise Refusal(_("The record is not your organisation's, or its keys are not compared."))
    for whose, (rate, burst) in _allowances(viewer):
        if wait := limits.take(whose, rate, burst):
            raise TooOftenError(wait)


def _asked(enrolment: Enrolment, keys: Sequence[Key] | None) -> list[Key]:
    held = [key for key in keys_of(enrolment) if key.justifies]
    if keys is not None and not set(keys) <= set(held):
        raise Refusal(_("The record is not registered with these keys."))
    asked = held if keys is None else sorted(set(keys))
    if not 0 < len(asked) <= MOST_KEYS_LOOKED_UP:
        raise Refusal(_("Ask about 1 to %(most)s keys at once.") % {"most": MOST_KEYS_LOOKED_UP})
    return asked


def _allowances(viewer: Viewer) -> list[tuple[UUID, tuple[float, float]]]:
    who = viewer.person or viewer.key
    own = [(uuid5(_SPACE, f"person {who.id}"), LOOK_UPS_OF_PERSON)] if who else []
    return [*own, (uuid5(_SPACE, f"organisation {viewer.organisation.id}"), LOOK_UPS_OF_ORGANISATION)]
