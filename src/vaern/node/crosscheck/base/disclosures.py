"""What a side of a meeting sees of a disclosure: the other's name and desk once both agreed, else nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from vaern.node.base.sealing import unseal
from vaern.node.crosscheck.models import Reveal
from vaern.node.crosscheck.models.disclosures import CONTACT
from vaern.node.crosscheck.rules import disclosures as rules
from vaern.node.crosscheck.rules.disclosures import SHOWN, Level, RefusalGround, RevealState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Shown:
    """A disclosure, as one of its sides sees it.

    Attributes:
        id, meeting: of the disclosure and its meeting.
        mine: the viewer's side asked.
        level, state: what both would learn, and how far it is.
        why: the code of the reason that the side that asks gave.
        asked_at, expires_at, answered_at: when.
        refusal: why the answer was no; None if it was not.
        partner: the other side; None before both agreed, and when that is over.
        contact: how its desk is reached, where that was agreed on.
        said: how the viewer's own desk is reached, as they said it; what the other side learns.
    """

    id: UUID
    meeting: UUID
    mine: bool
    level: Level
    state: RevealState
    why: str
    asked_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    refusal: RefusalGround | None = None
    partner: Organisation | None = None
    contact: str = ""
    said: str = ""


def as_seen(viewer: Viewer, reveal: Reveal) -> Shown:
    """Return a disclosure as the viewer's organisation sees it."""
    own = viewer.organisation.id
    state = rules.standing(RevealState(reveal.state), timezone.now(), reveal.expires_at)
    partner = reveal.partner_of(own)
    known = state in SHOWN and partner.active and viewer.organisation.active
    return Shown(
        reveal.pk,
        reveal.meeting_id,
        reveal.asking_id == own,
        Level(reveal.level),
        state,
        reveal.why,
        reveal.asked_at,
        reveal.expires_at,
        reveal.answered_at,
        RefusalGround(reveal.refusal) if reveal.refusal else None,
        partner if known else None,
        unseal(reveal.contact_of(partner.pk), CONTACT) if known else "",
        unseal(reveal.contact_of(own), CONTACT),
    )


def reveals_of(viewer: Viewer, meetings: Iterable[UUID]) -> list[Shown]:
    """Return the disclosures of meetings of the viewer's organisation, the latest first."""
    found = _own(viewer).filter(meeting__in=list(meetings))
    return [as_seen(viewer, one) for one in found.order_by("-asked_at", "id")]


def find(viewer: Viewer, id: UUID) -> Reveal | None:
    """Return a disclosure of which the viewer's organisation is a side, to act on it; shows and records nothing."""
    return _own(viewer).filter(pk=id).first()


def to_answer(viewer: Viewer) -> QuerySet[Reveal]:
    """Return the questions that wait for the viewer's organisation, the first to expire first."""
    waiting = _own(viewer).filter(asked=viewer.organisation, state=RevealState.ASKED.value)
    return waiting.filter(expires_at__gt=timezone.now(), asking__active=True).order_by("expires_at", "id")


def answered_since(viewer: Viewer, since: datetime) -> QuerySet[Reveal]:
    """Return the viewer's organisation's questions that were answered since a moment, the latest first."""
    return _own(viewer).filter(asking=viewer.organisation, answered_at__gte=since).order_by("-answered_at", "id")


def _own(viewer: Viewer) -> QuerySet[Reveal]:
    found: QuerySet[Reveal] = Reveal.objects.select_related("asking__member", "asked__member", "meeting", "asker")
    return found.filter(Q(asking=viewer.organisation) | Q(asked=viewer.organisation))
