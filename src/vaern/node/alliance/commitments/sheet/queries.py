"""What pages of spreadsheets read: one's own reply, what a file is made for, and what waits to be confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone

from vaern.node.alliance.commitments import round_queries
from vaern.node.alliance.commitments.sheet.reader import Purpose, Reply
from vaern.node.alliance.models import Commitment, SheetProposal
from vaern.node.alliance.rules.commitments import State
from vaern.node.alliance.rules.contents import DeclaredValue, Line

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.alliance.models import RoundReply
    from vaern.node.organisations.viewers import Viewer


def own_reply(viewer: Viewer, id: UUID) -> RoundReply | None:
    """Return a reply that the viewer writes; None for another's."""
    found = round_queries.find(viewer, id)
    return found if found is not None and round_queries.is_own(viewer, found) else None


def purpose_of(reply: RoundReply, language: str = "en") -> Purpose:
    """Return the purpose of a file that is made for this reply now."""
    own = Commitment.objects.filter(member=reply.member_id).exclude(state=State.WITHDRAWN.value)
    goals = dict(own.values_list("pk", "goal"))
    return Purpose(reply.round_id, reply.member_id, reply.revision, reply.round.frame_version, goals, language)


def reply_now(reply: RoundReply) -> Reply:
    """Return what a file for this reply begins from: as it is written, with what is not answered yet."""
    return Reply(round_queries.lines_now(reply), round_queries.declared_now(reply))


def proposal(viewer: Viewer, reply: RoundReply) -> SheetProposal | None:
    """Return what the viewer sent for a reply and has not confirmed; None where nothing waits."""
    found = SheetProposal.objects.filter(reply=reply, person=viewer.person, ends_at__gt=timezone.now())
    return found.select_related("reply__round", "reply__member").first()


def proposed(one: SheetProposal) -> Reply:
    """Return what a spreadsheet said."""
    return Reply(msgspec.convert(one.contents, list[Line]), msgspec.convert(one.declared, list[DeclaredValue]))
