"""Cases to and from desks on other nodes: offered, and accepted or dropped there.

The sender's node has the hand-over without the copy, the receiver's the copy without the sender's case; both have the
release under one id, which all messages about it name. A case is taken back by the recall of its release, as everything
that travels is. What each side sees and decides is the same as next door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.base.locks import handed
from vaern.node.cases.models import Case, Handover
from vaern.node.cases.rules import handovers as rules
from vaern.node.cases.rules.case import State
from vaern.node.cases.rules.handovers import SENDS, WORKS, Answer, DropReason, due_after
from vaern.node.cases.work import acts
from vaern.node.cases.work.goods import Goods, enter, goods_of
from vaern.node.cases.work.related_records import kin
from vaern.node.casework.retention import actions as retention
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.inbox.taking import give_up
from vaern.node.exchange.outbox.actions import send, send_owed
from vaern.node.exchange.releases.arrivals import arrived as release_arrived
from vaern.node.exchange.releases.arrivals import terms_of
from vaern.node.exchange.rules.pieces import RECALLED
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from vaern.node.casework.models import Release
    from vaern.node.ledger.rules import Actor


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `case.answered`.

    Attributes:
        answer: whether it is taken.
        dropped_for: why not, as a coarse code; only of one that is dropped.
    """

    answer: Literal["accepted", "dropped"]
    dropped_for: DropReason | None = None


def send_case(viewer: Viewer, reason: Reason, case: Case, release: Release) -> None:
    """Send a released case to the node on which its recipient lives."""
    send(
        OFFERED.name,
        goods_of(case, release.handling),
        sender=viewer.organisation,
        recipient=release.recipient,
        about=release.pk,
        by=viewer.actor,
        reason=reason,
        terms=terms_of(release),
    )


def take_case(delivery: Delivery) -> None:
    """Let a case of another node arrive at its desk, with the hand-over and the release by which it came.

    Raises:
        Refusal: nobody there works on cases, its terms are none, or something in it is not as it has to be.
    """
    from vaern.node.cases.work.handovers import takes_cases

    body: Goods = delivery.body
    sender, recipient = delivery.organisations
    if not takes_cases(recipient):
        raise Refusal(rules.NO_DESK)
    release = release_arrived(delivery, Case.KIND)
    arrived: Case = Case.everywhere.create(
        id=uuid4(),
        organisation=recipient,
        code=fresh_code(),
        state=State.ARRIVED.value,
        synthetic=body.synthetic,
        urgent=body.urgent,
        review_date=min(max(body.until, timezone.localdate()), timezone.localtime(release.expires_at).date()),
    )
    keys = enter(body, arrived, Viewer(sender, frozenset()), delivery.reason, release.handling)
    Handover.everywhere.create(
        organisation=sender,
        recipient=recipient,
        case=None,
        arrived=arrived,
        release=release,
        sent_at=release.released_at,
        sent_by=None,
        due_at=release.released_at + due_after(urgent=body.urgent),
    )
    if keys:
        crosscheck.register_keys(arrived, keys, apart_from=kin(arrived))
    record(acts.ARRIVED, arrived.subject, NODE, delivery.reason)


def send_answer(one: Handover, by: Actor, reason: Reason) -> None:
    """Tell the node on which whoever handed a case over lives what was answered; of a dropped one fetch no more."""
    why = DropReason(one.dropped_for) if one.dropped_for else None
    answer: Literal["accepted", "dropped"] = "dropped" if one.answer == Answer.DROPPED.value else "accepted"
    if answer == "dropped":
        give_up(one.release_id, RECALLED)
    send_owed(
        ANSWERED.name,
        Answered(answer=answer, dropped_for=why),
        sender=one.recipient,
        recipient=one.organisation,
        about=one.release_id,
        by=by,
        reason=reason,
    )


def take_answer(delivery: Delivery) -> None:
    """Take the answer to a case that this node handed over.

    Raises:
        Refusal: nothing was handed over there under that id, or it was answered, or taken back, before.
    """
    from vaern.node.cases.work.handovers import answered

    one = handed(delivery)
    if one.answer:
        raise Refusal(rules.ANSWERED)
    body: Answered = delivery.body
    dropped = body.answer == "dropped"
    if dropped != (body.dropped_for is not None):
        raise Refusal(rules.ANSWERED)
    answered(one, Answer(body.answer), body.dropped_for)


def recalled(release: Release) -> None:
    """Deal with the copy of a case that its sender took back: it is erased, unless somebody here accepted it."""
    rows = Handover.everywhere.filter(release=release, answer__in=["", Answer.ACCEPTED.value])
    one = rows.first()
    if one is None:
        return
    arrived = Case.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk=one.arrived_id).first()
    one = rows.select_for_update(of=("self",)).first()
    if one is None:  # dropped a moment ago
        return
    began = one.answer == Answer.ACCEPTED.value
    one.answer, one.answered_at = Answer.TAKEN_BACK.value, timezone.now()
    one.save(update_fields=["answer", "answered_at"])
    if arrived is not None and not began:
        retention.erase_now(arrived, acts.COPY_ERASED, NODE, Reason(Why.INVESTIGATION))


OFFERED = Kind(
    "case.offered",
    _("A case handed over"),
    {1: Goods},
    take=take_case,
    senders=SENDS,
    recipients=WORKS,
    says=_("A desk hands an investigation over to one of the other node, which accepts or drops it."),
)
ANSWERED = Kind(
    "case.answered",
    _("The answer to a case handed over"),
    {1: Answered},
    take=take_answer,
    senders=WORKS,
    recipients=SENDS,
    owed=True,
)
