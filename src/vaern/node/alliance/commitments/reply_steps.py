"""What becomes of a reply after it was written: handed in, taken back, returned, published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from vaern.node.alliance.commitments import across, acts, locks, mails, reply_intake
from vaern.node.alliance.commitments.actions import add_version, said
from vaern.node.alliance.models import Commitment, RoundReply
from vaern.node.alliance.rules import commitments, contents
from vaern.node.alliance.rules.commitments import Event, ReplyEvent, State, Who
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.alliance.rules.contents import Line
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def submit(viewer: Viewer, reason: Reason, reply: RoundReply, revision: int) -> RoundReply:
    """Hand a reply in. What comes after the close is late, is marked so, and is taken.

    Raises:
        Refusal: why not.
        Faulty: something is missing; says every place.
    """
    found = _locked(viewer, reply, ReplyEvent.SUBMIT, revision)
    if problems := reply_intake.problems_of(reply_intake.lines_of(found), reply_intake.declared_of(found)):
        raise reply_intake.Faulty(commitments.INCOMPLETE, problems)
    if found.submitted_at is None:
        found.submitted_at = timezone.now()
        found.late = commitments.is_late(found.round.closes, timezone.localdate())
    found.why = ""
    _keep(found)
    record(acts.REPLY_SUBMITTED, found.subject, viewer.actor, reason)
    across.send_reply(viewer, reason, found)
    return found


@transaction.atomic
def take_back(viewer: Viewer, reason: Reason, reply: RoundReply, revision: int) -> RoundReply:
    """Take a reply back that was not decided on yet. It counts as handed in when it is handed in again."""
    found = _locked(viewer, reply, ReplyEvent.TAKE_BACK, revision)
    found.submitted_at, found.late = None, False
    _keep(found)
    record(acts.REPLY_TAKEN_BACK, found.subject, viewer.actor, reason)
    across.send_reply(viewer, reason, found, taken_back=True)
    return found


@transaction.atomic
def send_back(viewer: Viewer, reason: Reason, reply: RoundReply, revision: int) -> RoundReply:
    """Return a reply with a reason in words, and tell its rapporteurs. It stays in time, if it was."""
    found = _locked(viewer, reply, ReplyEvent.RETURN, revision)
    found.why = said(reason)
    _keep(found)
    record(acts.REPLY_RETURNED, found.subject, viewer.actor, reason)
    mails.write_returned(found, timezone.localdate())
    across.tell_decision(viewer, reason, found, [])
    return found


@transaction.atomic
def publish(viewer: Viewer, reason: Reason, reply: RoundReply, revision: int) -> RoundReply:
    """Publish a reply: a version of each commitment that changed, and the declared values.

    Raises:
        Refusal: why not; also where a commitment in it was withdrawn meanwhile.
    """
    found = _locked(viewer, reply, ReplyEvent.PUBLISH, revision)
    lines = [
        replace(line, commitment=_publish_line(viewer, reason, found, line)) for line in reply_intake.lines_of(found)
    ]
    _keep(found)
    record(acts.REPLY_PUBLISHED, found.subject, viewer.actor, reason)
    across.tell_decision(viewer, reason, found, lines)
    return found


def _publish_line(viewer: Viewer, reason: Reason, reply: RoundReply, line: Line) -> UUID:
    """Publish what one line says, unless the version in force says so already; return the id of its commitment."""
    if line.commitment is None:
        commitment = Commitment.objects.create(member=reply.member, goal=line.content.goal)
        state = State.PUBLISHED
    else:
        rows = Commitment.objects.select_for_update(of=("self",)).select_related("current")
        commitment = rows.get(pk=line.commitment)
        if commitment.state == State.WITHDRAWN.value:
            raise Refusal(commitments.FOREIGN)
        adopted = commitment.draft is not None and contents.loaded(commitment.draft) == line.content
        event = Event.ADOPT if adopted else Event.REPORT
        state = commitments.after(commitments.COMMITMENT, State(commitment.state), event, Who.SECRETARIAT)
        if adopted:
            commitment.draft = None
        commitment.revision += 1
    if commitment.current is None or contents.loaded(commitment.current.content) != line.content:
        add_version(viewer, reason, commitment, line.content, reply.round)
    commitment.state, commitment.changed_at = state.value, timezone.now()
    commitment.save()
    return commitment.pk


def _locked(viewer: Viewer, reply: RoundReply, event: ReplyEvent, revision: int) -> RoundReply:
    if event in {ReplyEvent.RETURN, ReplyEvent.PUBLISH} and reply.round.secretariat_id is not None:
        raise Refusal(commitments.ELSEWHERE)
    rows = RoundReply.objects.select_related("round", "member", "sent_to")
    return locks.locked(viewer, rows, reply.pk, commitments.REPLY, event, revision)


def _keep(reply: RoundReply) -> None:
    reply.revision += 1
    reply.save(update_fields=["state", "revision", "submitted_at", "late", "why"])
