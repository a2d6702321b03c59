"""Take each step by which people of both sides decide whether more is said of a question than its number.

Each names the proposal that it is about, so that steps that cross on their way leave both nodes alike: a withdrawal
counts unless the agreement was heard before it, a refusal counts against a withdrawal, and of two proposals that cross
that of the side that asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.intersection import acts, holding, pairs, sending
from vaern.node.crosscheck.models import ComparisonRun
from vaern.node.crosscheck.rules import disclosures
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.crosscheck.rules.disclosures import LASTS, RevealEvent, RevealState, Who
from vaern.node.crosscheck.rules.intersection import TAG, Stage, ends_at, epoch_of
from vaern.node.crosscheck.rules.intersection_messages import CommonTags
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.rules.messages import Result
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE

if TYPE_CHECKING:
    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.models import Outgoing
    from vaern.node.exchange.rules.messages import Receipt
    from vaern.node.ledger.rules import Act

_S = RevealState


def take_proposal(delivery: Delivery) -> None:
    """Let the people here decide.

    Raises:
        Refusal: there is no such question, it is decided, or the proposal of the people here counts.
    """
    body: bodies.Proposal = delivery.body
    sender, recipient = delivery.organisations
    run, now = _run(delivery), timezone.now()
    if not run.count:
        raise Refusal(bodies.NOT_ASKED)
    if run.state == _S.ASKED.value and run.proposing_id == recipient.pk:
        if run.asking_id == recipient.pk:
            raise Refusal(bodies.CROSSED)
        sending.say(bodies.WITHDRAWN, sending.proposal_of(run), recipient, sender)
    elif run.state not in ("", _S.WITHDRAWN.value):
        raise Refusal(bodies.PROPOSED_BEFORE)
    run.state, run.proposing, run.proposed_by, run.proposal = _S.ASKED.value, sender, None, body.proposal
    run.proposed_at, run.expires_at, run.confirmed = now, min(now + LASTS, ends_at(run.epoch)), False
    run.save()
    _write(acts.WAS_PROPOSED, delivery)


def proposal_answered(row: Outgoing, receipt: Receipt) -> None:
    """Take back a proposal that the other node did not take in."""
    run = _sent(row)
    if run is not None and receipt.result is Result.REFUSED and run.state == _S.ASKED.value:
        run.state = _S.WITHDRAWN.value
        run.save(update_fields=["state"])


def take_agreement(delivery: Delivery) -> None:
    """Both agreed: each sees which of its own records are in common; the side that asked says which tags those are.

    Raises:
        Refusal: nothing of the kind is proposed. StateRefusal: it was answered, or its time is over.
    """
    run = _own_proposal(delivery)
    now = timezone.now()
    assert run.expires_at is not None  # of what was proposed
    state = RevealState(run.state)
    after = disclosures.after(state, RevealEvent.AGREE, Who.ASKED, now=now, expires_at=run.expires_at)
    run.state, run.answered_at, run.confirmed = after.value, now, True
    run.save(update_fields=["state", "answered_at", "confirmed"])
    _write(acts.AGREED, delivery)
    sending.say_common(run)


def agreement_answered(row: Outgoing, receipt: Receipt) -> None:
    """Both nodes know that both agreed; or the proposal was over before the agreement came."""
    run = _sent(row)
    if run is None or run.state != _S.AGREED.value:
        return
    if receipt.result is Result.REFUSED:
        run.state = _S.EXPIRED.value
        run.save(update_fields=["state"])
    elif receipt.result is Result.TAKEN_IN and not run.confirmed:
        run.confirmed = True
        run.save(update_fields=["confirmed"])
        sending.say_common(run)


def take_refusal(delivery: Delivery) -> None:
    """Note that the other side refused; of this question nothing more is said.

    Raises:
        Refusal: nothing of the kind is proposed.
    """
    run = _own_proposal(delivery)
    if run.state not in (_S.ASKED.value, _S.WITHDRAWN.value, _S.EXPIRED.value):
        raise Refusal(bodies.NOT_PROPOSED)
    run.state, run.answered_at, run.refusal = _S.REFUSED.value, timezone.now(), delivery.body.ground.value
    run.save(update_fields=["state", "answered_at", "refusal"])
    _write(acts.WAS_REFUSED, delivery)


def take_withdrawal(delivery: Delivery) -> None:
    """Note that the other side took its proposal back, before it heard an answer.

    Raises:
        Refusal: it proposed nothing of the kind, or had heard that both agreed.
    """
    body: bodies.Proposal = delivery.body
    sender, _recipient = delivery.organisations
    run = _run(delivery)
    unheard = run.state == _S.AGREED.value and not run.confirmed
    if (run.proposing_id, run.proposal) != (sender.pk, body.proposal) or not (run.state == _S.ASKED.value or unheard):
        raise Refusal(bodies.NOT_PROPOSED)
    run.state, run.answered_at = _S.WITHDRAWN.value, timezone.now()
    run.save(update_fields=["state", "answered_at"])
    _write(acts.WAS_WITHDRAWN, delivery)


def take_common(delivery: Delivery) -> None:
    """Keep which tags both have, by which the records of the people here are found.

    Raises:
        Refusal: both have not agreed, it is of the side that did not ask, or says more than was asked about.
    """
    sender, recipient = delivery.organisations
    run = _run(delivery)
    if run.state != _S.AGREED.value or run.asking_id != sender.pk or delivery.body.epoch != run.epoch:
        raise Refusal(bodies.NOT_PROPOSED)
    assert delivery.file is not None  # of a kind that brings one
    tags = delivery.file[bodies.HEADER :]
    if len(tags) > run.values * TAG:
        raise Refusal(bodies.SIZE)
    holding.keep_common(recipient.pk, sender.pk, CommonTags(run.pk, run.epoch, tags))
    run.confirmed = True
    run.save(update_fields=["confirmed"])
    _write(acts.COMMON_CAME, delivery)


def _run(delivery: Delivery) -> ComparisonRun:
    """Return the run of a step, of which both are sides; its pair is locked and on, and its epoch has not ended.

    Raises:
        Refusal: there is none, or it is over.
    """
    sender, recipient = delivery.organisations
    pair = pairs.of(delivery)
    rows = ComparisonRun.everywhere.select_related("asking", "asked")
    run: ComparisonRun | None = rows.filter(pk=delivery.body.run, pair=pair, stage=Stage.COUNTED.value).first()
    if run is None or {run.asking_id, run.asked_id} != {sender.pk, recipient.pk}:
        raise Refusal(bodies.NOT_ASKED)
    if run.epoch != epoch_of(timezone.now()):
        raise Refusal(bodies.OVER)
    return run


def _own_proposal(delivery: Delivery) -> ComparisonRun:
    """Return the run of an answer to the proposal that the people here made last.

    Raises:
        Refusal: they made another, or none.
    """
    _sender, recipient = delivery.organisations
    run = _run(delivery)
    if (run.proposing_id, run.proposal) != (recipient.pk, delivery.body.proposal):
        raise Refusal(bodies.NOT_PROPOSED)
    return run


def _sent(row: Outgoing) -> ComparisonRun | None:
    """Return the run of a step that this node said, if no other proposal came after it."""
    body = body_sent(row, bodies.Proposal)
    if body is None:
        return None
    rows = ComparisonRun.everywhere.select_for_update(of=("self",)).select_related("asking", "asked")
    run: ComparisonRun | None = rows.filter(pk=body.run, proposal=body.proposal).first()
    return run


def _write(act: Act, delivery: Delivery) -> None:
    sender, recipient = delivery.organisations
    write(act, recipient.subject, NODE, sending.OF_NODE, recipient=sender.pk)
