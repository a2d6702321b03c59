"""Take in the question *known?* of another node, and the answers to ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import msgspec
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.exchange.outbox.actions import send_owed
from vaern.node.exchange.rules.messages import Result
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.viewers import Viewer
from vaern.node.victims.elsewhere.bodies import KnownAnswered, KnownAsked, KnownSaid
from vaern.node.victims.elsewhere.sending import WHY
from vaern.node.victims.models import NodeAnswer
from vaern.node.victims.rules import exchanged as rules
from vaern.node.victims.sharing import acts, hash_checks, questions
from vaern.node.web import limits
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Signal

if TYPE_CHECKING:
    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.models import Outgoing
    from vaern.node.exchange.rules.messages import Receipt

_SPACE = UUID("c1d2b7d4-5a0f-4a6b-8f5a-3b7c51d6c0aa")
_SIZES = {**DIGEST_KINDS, "pdq": PDQ_BYTES}


def take_question(delivery: Delivery) -> None:
    """Answer at once how hashes stand with the organisations of this node; of copies of others nothing is said.

    Raises:
        Refusal: that node asks too often, or a value has not the length of its kind.
    """
    body: KnownAsked = delivery.body
    sender, recipient = delivery.organisations
    signals = [Signal(one.kind, bytes.fromhex(one.value)) for one in body.signals]
    if any(len(one.value) != _SIZES[one.kind] for one in signals):
        raise Refusal(rules.IMPOSSIBLE)
    if limits.take(uuid5(_SPACE, sender.node), *rules.ASKED_OF_NODE):
        raise Refusal(rules.ASKED_TOO_OFTEN)
    answers = hash_checks.look(Viewer(sender, frozenset()), signals)
    said = [
        KnownSaid(
            standing=one.standing, near=one.near, by=[by.pk for by in one.by][: rules.MOST_NAMED], others=one.others
        )
        for one in answers
    ]
    record(acts.ASKED_FROM_ELSEWHERE, hash_checks.LIST, Actor(organisation=sender.pk), WHY, count=len(signals))
    send_owed(
        questions.ANSWERED,
        KnownAnswered(said=said),
        sender=recipient,
        recipient=sender,
        about=delivery.about,
        by=NODE,
        reason=WHY,
    )


def take_answer(delivery: Delivery) -> None:
    """Take what a node answers to a question of ours. It names organisations of its own, or none.

    Raises:
        Refusal: nothing was asked there under that number, it answered before, or it answers another number of hashes.
    """
    body: KnownAnswered = delivery.body
    sender, recipient = delivery.organisations
    rows = NodeAnswer.objects.select_for_update(of=("self",)).select_related("question")
    found = rows.filter(pk=delivery.about, asked=sender, answered_at=None, question__organisation=recipient).first()
    if found is None:
        raise Refusal(rules.NEVER_ASKED)
    if len(body.said) != len(questions.signals_of(found.question)):
        raise Refusal(rules.IMPOSSIBLE)
    theirs = set(Organisation.all_nodes.filter(node=sender.node).values_list("pk", flat=True))
    said = [
        msgspec.structs.replace(
            one, by=[id for id in one.by if id in theirs], others=one.others or not theirs >= set(one.by)
        )
        for one in body.said
    ]
    found.said, found.answered_at = msgspec.to_builtins(said), timezone.now()
    found.save(update_fields=["said", "answered_at"])
    record(acts.ANSWER_CAME, hash_checks.LIST, Actor(organisation=sender.pk), WHY, count=len(said))


def refused(row: Outgoing, receipt: Receipt) -> None:
    """Note why a node gave no answer."""
    if receipt.result is Result.REFUSED and row.about is not None:
        found = NodeAnswer.objects.filter(pk=row.about, answered_at=None)
        found.update(refused=receipt.because, answered_at=timezone.now())
