"""A reporting round over nodes: the secretariat's node invites, the member's ministry replies, and hears the outcome.

Round and reply are the same rows on both nodes, under the same ids. The member's node has no commitments: what they
say comes with the invitation, and the reply is published at the secretariat's.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.commitments import acts, mails, reply_intake
from vaern.node.alliance.models import Commitment, Declared, Round, RoundReply
from vaern.node.alliance.rules import across as rules
from vaern.node.alliance.rules import commitments, contents, frame, periods
from vaern.node.alliance.rules.commitments import ReplyEvent, ReplyState, RoundState, State, Who
from vaern.node.alliance.rules.contents import DeclaredValue, Line
from vaern.node.alliance.rules.problems import faults
from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.terms import country_of
from vaern.node.exchange.base.kinds import Kind
from vaern.node.exchange.outbox.actions import send, send_owed
from vaern.node.exchange.outbox.queries import getting
from vaern.node.exchange.rules.messages import Result
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.models import Outgoing
    from vaern.node.exchange.rules.messages import Receipt
    from vaern.node.organisations.viewers import Viewer

INVITED, REPLIED, DECIDED = "alliance.round_invited", "alliance.replied", "alliance.reply_decided"
REASON = Reason(Why.ADMINISTRATION)
MINISTRIES = frozenset({OrganisationKind.MINISTRY})
SECRETARIAT = frozenset({OrganisationKind.SECRETARIAT})

Lines = Annotated[list[Line], msgspec.Meta(max_length=200)]


class Invited(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `alliance.round_invited`: the round as it is now; about the reply of one member.

    Attributes:
        round: its id on both nodes.
        country: of the member that is invited.
        reminders: how many days before the close its rapporteurs are reminded.
        period: what values are declared for.
        frame_version: of the declaration that is reported on.
        lines: what its commitments say, as far as they are in force.
    """

    round: UUID
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    opens: date
    closes: date
    reminders: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=365)]], msgspec.Meta(max_length=30)]
    period: Annotated[str, msgspec.Meta(max_length=7)]
    closed: bool
    frame_version: Annotated[str, msgspec.Meta(max_length=20)]
    lines: Lines


class Replied(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `alliance.replied`: the whole reply, in place of what came before; or that it was taken back."""

    lines: Lines
    declared: Annotated[list[DeclaredValue], msgspec.Meta(max_length=500)]
    taken_back: bool = False


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `alliance.reply_decided`.

    Attributes:
        published: it is; otherwise it was returned.
        why: it was returned.
        lines: as they were published, each with the id of its commitment.
    """

    published: bool
    why: Annotated[str, msgspec.Meta(max_length=4_000)] = ""
    lines: Lines = []


# The secretariat's node ----------------------------------------------------------------------------------------------


def invite(round: Round) -> None:
    """Invite the members whose ministry is on another node and none on this; the round is locked and open."""
    waiting = round.replies.filter(state=ReplyState.INVITED.value, sent_to=None).select_related("member")
    for reply in waiting if Round.objects.filter(pk=round.pk, state=RoundState.OPEN.value).exists() else ():
        to = _ministry_of(reply)
        if to is not None and _secretariat() is not None:
            reply.sent_to = to
            reply.save(update_fields=["sent_to"])
            _tell_round(round, reply)


def tell_round(round: Round) -> None:
    """Tell the members on other nodes that a locked round has another last day, or is closed."""
    for reply in round.replies.filter(sent_to__node__in=getting(INVITED)).select_related("member", "sent_to"):
        _tell_round(round, reply)


def _ministry_of(reply: RoundReply) -> Organisation | None:
    rows = Organisation.all_nodes.filter(active=True, kind=OrganisationKind.MINISTRY.value, member=reply.member_id)
    if rows.filter(node="").exists():
        return None
    found: Organisation | None = rows.filter(node__in=getting(INVITED)).order_by("pk").first()
    return found


def _secretariat() -> Organisation | None:
    rows = Organisation.objects.filter(active=True, kind=OrganisationKind.SECRETARIAT.value)
    found: Organisation | None = rows.order_by("pk").first()
    return found


def _tell_round(round: Round, reply: RoundReply) -> None:
    sender = _secretariat()
    if sender is None or reply.sent_to is None:
        return
    body = Invited(
        round=round.pk,
        country=reply.member.code,
        name=round.name,
        opens=round.opens,
        closes=round.closes,
        reminders=list(round.reminders),
        period=round.period,
        closed=round.state == RoundState.CLOSED.value,
        frame_version=round.frame_version,
        lines=_in_force(reply),
    )
    send(INVITED, body, sender=sender, recipient=reply.sent_to, about=reply.pk, by=NODE, reason=REASON)


def _in_force(reply: RoundReply) -> list[Line]:
    rows = Commitment.objects.filter(member=reply.member_id, current__isnull=False).select_related("current")
    rows = rows.exclude(state=State.WITHDRAWN.value).order_by("goal", "pk")
    return [Line(contents.loaded(row.current.content), row.pk) for row in rows if row.current]


def take_reply(delivery: Delivery) -> None:
    """Take a member's reply in as its rapporteur's, handed in; or that it was taken back.

    Raises:
        Refusal: nobody of that country was asked under that id, it was published, or something in it is missing.
        StateRefusal: not in this state.
    """
    body: Replied = delivery.body
    sender, _recipient = delivery.organisations
    rows = RoundReply.objects.select_for_update(of=("self",)).select_related("round")
    reply = rows.filter(pk=delivery.about, sent_to=sender, member=sender.member_id, round__secretariat=None).first()
    if reply is None:
        raise Refusal(rules.NEVER_INVITED)
    if reply.state == ReplyState.PUBLISHED.value:
        raise Refusal(rules.DECIDED)
    if reply.state == ReplyState.SUBMITTED.value:
        _step(reply, ReplyEvent.TAKE_BACK)
    if body.taken_back:
        reply.submitted_at, reply.late = None, False
    else:
        _take_lines(reply, body)
    reply.revision += 1
    reply.save()
    record(acts.REPLY_CAME, reply.subject, Actor(organisation=sender.pk), REASON, count=len(body.lines))


def _take_lines(reply: RoundReply, body: Replied) -> None:
    lines = [msgspec.structs.replace(one, content=contents.tidy(one.content)) for one in body.lines]
    reply_intake.refuse_foreign(reply, lines)
    if reply_intake.problems_of(lines, body.declared):
        raise Refusal(rules.NOT_WHOLE)
    _step(reply, ReplyEvent.TAKE)
    _step(reply, ReplyEvent.SUBMIT)
    reply.contents, reply.why = msgspec.to_builtins(lines), ""
    reply.declared.all().delete()
    Declared.objects.bulk_create(Declared(reply=reply, **msgspec.structs.asdict(one)) for one in body.declared)
    if reply.submitted_at is None:
        reply.submitted_at = timezone.now()
        reply.late = commitments.is_late(reply.round.closes, timezone.localdate())


def _step(reply: RoundReply, event: ReplyEvent) -> None:
    reply.state = commitments.after(commitments.REPLY, ReplyState(reply.state), event, Who.RAPPORTEUR).value


def tell_decision(viewer: Viewer, reason: Reason, reply: RoundReply, lines: Sequence[Line]) -> None:
    """Tell the member's node that its reply was published, with the ids of its commitments, or returned and why."""
    if reply.sent_to is None:
        return
    published = reply.state == ReplyState.PUBLISHED.value
    body = Decided(published=published, why=reply.why, lines=list(lines) if published else [])
    send_owed(
        DECIDED,
        body,
        sender=viewer.organisation,
        recipient=reply.sent_to,
        about=reply.pk,
        by=viewer.actor,
        reason=Reason(reason.why, given=reason.given),
    )


# The member's node ---------------------------------------------------------------------------------------------------


def take_invitation(delivery: Delivery) -> None:
    """Let a ministry be invited to a round of another node's secretariat, or hear how the round stands.

    Raises:
        Refusal: of another country, of a round or reply that is somebody else's, or it is no round.
    """
    body: Invited = delivery.body
    sender, recipient = delivery.organisations
    if recipient.member is None or body.country != country_of(recipient):
        raise Refusal(rules.OTHER_COUNTRY)
    _refuse_unless_a_round(body)
    found = Round.objects.select_for_update(of=("self",)).select_related("secretariat").filter(pk=body.round).first()
    round = found or Round(pk=body.round, secretariat=sender, state=RoundState.OPEN.value)
    if round.secretariat is None or round.secretariat.node != sender.node:
        raise Refusal(rules.ANOTHERS_ROUND)
    round.name = _free_name(body.name, round, sender)
    round.opens, round.closes, round.reminders = body.opens, body.closes, sorted(set(body.reminders), reverse=True)
    round.period, round.frame_version = body.period, body.frame_version
    round.state = (RoundState.CLOSED if body.closed else RoundState.OPEN).value
    reply = RoundReply.objects.filter(pk=delivery.about).first()
    ours = RoundReply.objects.filter(round=round.pk, member=recipient.member).first()
    if ours != reply or (reply is not None and reply.round_id != round.pk):
        raise Refusal(rules.ANOTHERS_ROUND)
    round.save()
    if reply is None:
        kept = msgspec.to_builtins(body.lines)
        reply = RoundReply.objects.create(pk=delivery.about, round=round, member=recipient.member, contents=kept)
    mails.write_to_all(round, reply, timezone.localdate())
    record(acts.ROUND_CAME, round.subject, Actor(organisation=sender.pk), REASON)


def _refuse_unless_a_round(body: Invited) -> None:
    try:
        periods.read(body.period)
        frame.declaration(body.frame_version)
    except (ValueError, KeyError):
        raise Refusal(rules.NO_ROUND) from None
    if body.closes < body.opens or any(faults(one.content) for one in body.lines):
        raise Refusal(rules.NO_ROUND)


def _free_name(name: str, round: Round, sender: Organisation) -> str:
    """Return the name of a round, marked with its node where another round is called so."""
    taken = Round.objects.exclude(pk=round.pk).filter(name=name).exists()
    mark = f" ({sender.node[:50]})" if taken else ""
    return name[: 100 - len(mark)] + mark


def send_reply(viewer: Viewer, reason: Reason, reply: RoundReply, *, taken_back: bool = False) -> None:
    """Send what a ministry hands in to the secretariat on another node, or that it takes it back."""
    to = reply.round.secretariat
    if to is None:
        return
    body = Replied(
        lines=[] if taken_back else reply_intake.lines_of(reply),
        declared=[] if taken_back else reply_intake.declared_of(reply),
        taken_back=taken_back,
    )
    given = Reason(reason.why, given=reason.given)
    send_owed(REPLIED, body, sender=viewer.organisation, recipient=to, about=reply.pk, by=viewer.actor, reason=given)


def hear(row: Outgoing, receipt: Receipt) -> None:
    """Return a reply that was refused there to its ministry, with the reason."""
    if receipt.result is Result.REFUSED and row.about is not None:
        code = receipt.because.partition(": ")[0]
        waiting = RoundReply.objects.filter(pk=row.about, state=ReplyState.SUBMITTED.value)
        waiting.update(state=ReplyState.RETURNED.value, why=str(Refusal(code)))


def take_decision(delivery: Delivery) -> None:
    """Note on the member's node what became of its reply.

    Raises:
        Refusal: the sender has no such round with the recipient's country, or what it published is no commitment.
    """
    body: Decided = delivery.body
    sender, recipient = delivery.organisations
    rows = RoundReply.objects.select_for_update(of=("self",)).select_related("round", "member")
    reply = rows.filter(pk=delivery.about, round__secretariat__node=sender.node, member=recipient.member_id).first()
    if reply is None:
        raise Refusal(rules.NEVER_INVITED)
    if any(faults(one.content) for one in body.lines):
        raise Refusal(rules.NOT_WHOLE)
    if reply.state == ReplyState.PUBLISHED.value:
        return
    reply.state = (ReplyState.PUBLISHED if body.published else ReplyState.RETURNED).value
    reply.why, reply.revision = body.why, reply.revision + 1
    if body.published:
        reply.contents = msgspec.to_builtins(body.lines)
    reply.save()
    record(acts.REPLY_DECIDED, reply.subject, Actor(organisation=sender.pk), REASON)
    if not body.published:
        mails.write_returned(reply, timezone.localdate())


KINDS = (
    Kind(
        INVITED,
        _("An invitation to a reporting round"),
        {1: Invited},
        take=take_invitation,
        senders=SECRETARIAT,
        recipients=MINISTRIES,
        says=_("The secretariat invites the ministry of a member on the other node to report, and says until when."),
    ),
    Kind(
        REPLIED,
        _("The reply of a member"),
        {1: Replied},
        take=take_reply,
        senders=MINISTRIES,
        recipients=SECRETARIAT,
        answered=hear,
        owed=True,
    ),
    Kind(
        DECIDED,
        _("What became of a reply"),
        {1: Decided},
        take=take_decision,
        senders=SECRETARIAT,
        recipients=MINISTRIES,
        owed=True,
    ),
)
