"""What somebody sees of rounds and replies.

How far each member is, everybody; what a reply says, its ministry, the secretariat once it was handed in, and everybody
once it is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.alliance.commitments import reply_intake
from vaern.node.alliance.commitments.queries import shown_content
from vaern.node.alliance.models import Commitment, Round, RoundReply
from vaern.node.alliance.rules import contents, definitions
from vaern.node.alliance.rules.commitments import ReplyState, RoundState, State
from vaern.node.alliance.rules.contents import DeclaredValue, Line
from vaern.node.exchange.outbox.progress import of_last
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.releases.elsewhere import Progress
    from vaern.node.organisations.viewers import Viewer


def rounds(viewer: Viewer) -> QuerySet[Round]:
    """Return the rounds, the latest first; a planned one is the secretariat's alone."""
    found = Round.objects.order_by("-opens", "name")
    return found if viewer.may(Permission.ALLIANCE_MANAGE) else found.exclude(state=RoundState.PLANNED.value)


def round_of(viewer: Viewer, id: UUID) -> Round | None:
    """Return one round; None where there is none that the viewer may know of."""
    return rounds(viewer).filter(pk=id).first()


def replies_of(_viewer: Viewer, round: Round) -> list[RoundReply]:
    """Return how far each member is: open to everybody who is signed in."""
    return list(round.replies.select_related("member").order_by("member__name"))


def readable(viewer: Viewer) -> QuerySet[RoundReply]:
    """Return the replies that the viewer may open."""
    seen = Q(state=ReplyState.PUBLISHED.value)
    if viewer.may(Permission.COMMITMENT_REPORT):
        seen |= Q(member=viewer.organisation.member_id)
    if viewer.may(Permission.ALLIANCE_MANAGE):
        seen |= Q(state=ReplyState.SUBMITTED.value)
    return RoundReply.objects.filter(seen).select_related("round", "member")


def find(viewer: Viewer, id: UUID) -> RoundReply | None:
    """Return a reply; None where there is none that the viewer may open."""
    return readable(viewer).filter(pk=id).first()


def is_own(viewer: Viewer, reply: RoundReply) -> bool:
    """Whether the viewer writes it."""
    own = viewer.organisation.member_id
    return viewer.may(Permission.COMMITMENT_REPORT) and own is not None and own == reply.member_id


def progress_of(reply: RoundReply) -> Progress | None:
    """Return how far a reply has come to a secretariat on another node; None where it did not leave."""
    return of_last([reply.pk]).get(reply.pk) if reply.round.secretariat_id else None


def lines_now(reply: RoundReply) -> list[Line]:
    """Return the lines of a reply, and a line for each commitment of the member that has none there yet.

    Before anything was written these are its commitments as they stand: the draft where there is one, else the version
    in force.
    """
    written = reply_intake.lines_of(reply)
    if reply.state in {ReplyState.SUBMITTED.value, ReplyState.PUBLISHED.value}:
        return written
    named = {line.commitment for line in written}
    others = Commitment.objects.filter(member=reply.member_id).exclude(state=State.WITHDRAWN.value)
    rows = others.exclude(pk__in=[one for one in named if one]).select_related("current").order_by("goal", "pk")
    return written + [Line(shown_content(row, draft=True), row.pk) for row in rows]


def declared_now(reply: RoundReply) -> list[DeclaredValue]:
    """Return the values of a reply, and an empty one for each indicator of the round's period that has none there."""
    written = reply_intake.declared_of(reply)
    there = {(one.indicator, one.period) for one in written}
    empty = [
        DeclaredValue(one.code, reply.round.period)
        for one in definitions.current().indicators
        if (one.code, reply.round.period) not in there
    ]
    return written + empty


def in_force(lines: Sequence[Line]) -> dict[UUID, contents.Content]:
    """Return what the version in force says, for the commitments that lines are about."""
    named = [line.commitment for line in lines if line.commitment]
    found = Commitment.objects.filter(pk__in=named, current__isnull=False).select_related("current")
    return {row.pk: contents.loaded(row.current.content) for row in found if row.current}


@dataclass(frozen=True)
class Missing:
    """What waits: replies that one's own ministry owes, and those that wait for the secretariat."""

    own: Sequence[RoundReply]
    handed_in: Sequence[RoundReply]


def missing(viewer: Viewer) -> Missing:
    """Return what waits for the viewer."""
    own: list[RoundReply] = []
    handed_in: list[RoundReply] = []
    if viewer.may(Permission.COMMITMENT_REPORT) and viewer.organisation.member_id:
        states = [ReplyState.INVITED.value, ReplyState.BEGUN.value, ReplyState.RETURNED.value]
        found = readable(viewer).filter(member=viewer.organisation.member_id, state__in=states)
        own = list(found.exclude(round__state=RoundState.PLANNED.value).order_by("round__closes"))
    if viewer.may(Permission.ALLIANCE_MANAGE):
        waiting = RoundReply.objects.filter(state=ReplyState.SUBMITTED.value).select_related("round", "member")
        handed_in = list(waiting.order_by("round__closes", "member__name"))
    return Missing(own, handed_in)
