"""What a side of a meeting sees of a disclosure: the other's name and desk once both agreed, else nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.sealing import unseal
from vaern.node.crosscheck.models import Reveal
from vaern.node.crosscheck.models.disclosures import CONTACT
from vaern.node.crosscheck.rules import disclosures as rules
from vaern.node.crosscheck.rules.disclosures import SHOWN, Level, RefusalGround, RevealState
from vaern.node.crosscheck.rules.hub_messages import KeptIntroduction
from vaern.node.organisations.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Introduced:
    """Who the other side is, on another node, as that node said.

    Attributes:
        name, kind, member: as of an organisation; the member is its country's name, or its code where none is known.
        node: on which it lives.
        checked: that node is a peer of this one, and signed it.
    """

    name: str
    kind: str
    member: str
    node: str
    checked: bool


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
        partner: the other side; None before both agreed, while it has not said yet who it is, and when that is over.
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
    partner: Organisation | Introduced | None = None
    contact: str = ""
    said: str = ""


def as_seen(viewer: Viewer, reveal: Reveal) -> Shown:
    """Return a disclosure as the viewer's organisation sees it."""
    own = viewer.organisation.id
    state = rules.standing(RevealState(reveal.state), timezone.now(), reveal.expires_at)
    partner, contact = _partner(reveal, own) if state in SHOWN and viewer.organisation.active else (None, "")
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
        partner,
        contact,
        unseal(reveal.contact_of(own), CONTACT),
    )


def _partner(reveal: Reveal, own: UUID) -> tuple[Organisation | Introduced | None, str]:
    """Return the other side of a disclosure that both agreed to, and how its desk is reached."""
    partner = reveal.partner_of(own)
    if partner is not None:
        return (partner, unseal(reveal.contact_of(partner.pk), CONTACT)) if partner.active else (None, "")
    if not reveal.introduction:
        return None, ""
    said = msgspec.json.decode(unseal(reveal.introduction, CONTACT), type=KeptIntroduction)
    one = said.introduction
    country = Member.objects.filter(code=one.country).first()
    name = str(country) if country else one.country
    return Introduced(one.name, one.kind, name, one.node, said.checked), one.contact


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
    there = Q(asking__active=True) | Q(asking=None)
    return waiting.filter(there, expires_at__gt=timezone.now()).order_by("expires_at", "id")


def answered_since(viewer: Viewer, since: datetime) -> QuerySet[Reveal]:
    """Return the viewer's organisation's questions that were answered since a moment, the latest first."""
    return _own(viewer).filter(asking=viewer.organisation, answered_at__gte=since).order_by("-answered_at", "id")


def _own(viewer: Viewer) -> QuerySet[Reveal]:
    found: QuerySet[Reveal] = Reveal.objects.select_related("asking__member", "asked__member", "meeting", "asker")
    return found.filter(Q(asking=viewer.organisation) | Q(asked=viewer.organisation))
