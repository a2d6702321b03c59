"""Take a question, its answer and the number, each where it belongs: what comes is hostile until it was verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.base.keys import commons_of
from vaern.node.crosscheck.intersection import acts, asking, ending, holding, pairs, sending
from vaern.node.crosscheck.intersection.pair_secrets import Destroyed, Unreadable
from vaern.node.crosscheck.models import ComparisonRun
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.crosscheck.rules.intersection import FEWEST, MOST_RUNS, Stage, epoch_of
from vaern.node.crosscheck.rules.intersection_messages import BadMessage, Question, common, tags_of
from vaern.node.crosscheck.rules.oblivious import BadElements, Evaluation, Unverified, pieces
from vaern.node.crosscheck.rules.oblivious_kept import Blinding
from vaern.node.exchange.inbox.deliveries import message_of
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.rules.messages import Result
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.crosscheck.intersection.tag_files import Read
    from vaern.node.crosscheck.models import ComparisonPair
    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.models import Incoming, Outgoing
    from vaern.node.exchange.rules.messages import Receipt


def take_question(delivery: Delivery) -> None:
    """Evaluate what the other side asks about, without seeing it, and send it back with the proof.

    Raises:
        Refusal: it is not on, it asks too often, too much or the same again, or with what is no element.
    """
    body: bodies.Asked = delivery.body
    sender, recipient = delivery.organisations
    pair = pairs.of(delivery)
    assert delivery.file is not None  # of a kind that brings one
    question = Question(body.run, body.epoch, bodies.elements_of(delivery.file))
    tags = _answerable(pair, delivery, question)
    try:
        answer = holding.answer(recipient.pk, sender.pk, question)
    except (BadElements, BadMessage):
        raise Refusal(bodies.ELEMENTS) from None
    except (Destroyed, Unreadable):
        raise Refusal(bodies.OTHER_KEY) from None
    ComparisonRun.everywhere.create(
        id=body.run,
        pair=pair,
        asking=sender,
        asked=recipient,
        epoch=body.epoch,
        values=body.values,
        held=len(tags.rows),
        stage=Stage.ANSWERED.value,
        question=question.digest,
    )
    write(acts.WAS_ASKED, recipient.subject, NODE, sending.OF_NODE, recipient=sender.pk, count=body.values)
    sending.say(
        bodies.ANSWERED,
        bodies.Answered(run=body.run, epoch=body.epoch),
        recipient,
        sender,
        file=bodies.answer_file(answer.proof, answer.elements),
        in_reply_to=delivery.message.id,
    )


def _answerable(pair: ComparisonPair, delivery: Delivery, question: Question) -> Read:
    """Return the tags against which a question is counted there.

    Raises:
        Refusal: it is not to be answered.
    """
    body: bodies.Asked = delivery.body
    sender, recipient = delivery.organisations
    if question.epoch != epoch_of(timezone.now()):
        raise Refusal(bodies.OTHER_EPOCH)
    runs = ComparisonRun.everywhere.filter(pair=pair, asking=sender, epoch=question.epoch)
    if ComparisonRun.everywhere.filter(pk=body.run).exists() or runs.filter(question=question.digest).exists():
        raise Refusal(bodies.ASKED_BEFORE)
    if runs.count() >= MOST_RUNS:
        raise Refusal(bodies.TOO_OFTEN)
    tags = holding.tags(recipient.pk, sender.pk, question.epoch)
    if tags is None or len(tags.rows) < FEWEST:
        raise Refusal(bodies.NO_TAGS)
    if tags.public.hex() != body.public:
        raise Refusal(bodies.OTHER_KEY)
    if len(pieces(question.elements)) != body.values or body.values < FEWEST:
        raise Refusal(bodies.SIZE)
    return tags


def question_answered(row: Outgoing, receipt: Receipt) -> None:
    """Let a question end that the other node refused."""
    body = body_sent(row, bodies.Asked)
    run = _own(body.run if body else None, Stage.ASKED)
    if receipt.result is Result.REFUSED and run is not None:
        ending.fail(run, receipt.because)


def take_answer(delivery: Delivery) -> None:
    """Verify an answer, count, and tell the other side the number.

    Raises:
        Refusal: nothing was asked there under that id, it was answered, or the answer does not hold.
    """
    body: bodies.Answered = delivery.body
    sender, recipient = delivery.organisations
    run = _waiting(delivery, Stage.ASKED, asking=recipient, asked=sender, epoch=body.epoch)
    if run.epoch != epoch_of(timezone.now()):
        raise Refusal(bodies.OVER)
    pending = asking.pending(recipient.pk, sender.pk, run.pk, run.epoch)
    tags = holding.tags(sender.pk, recipient.pk, run.epoch)
    if pending is None or tags is None or tags.public != pending.public:
        raise Refusal(bodies.OTHER_KEY)
    assert delivery.file is not None  # of a kind that brings one
    blinding = Blinding(pieces(commons_of(pending.digests.tobytes())), pending.blinds, pending.elements)
    try:
        outputs = blinding.finalize(Evaluation(*bodies.evaluation_of(delivery.file)), pending.public)
    except (BadElements, Unverified):
        raise Refusal(bodies.UNPROVEN) from None
    found = tags_of(outputs)
    run.count, run.stage, run.held = int(common(found, tags.rows).sum()), Stage.COUNTED.value, len(tags.rows)
    run.save(update_fields=["count", "stage", "held"])
    asking.remember(recipient.pk, sender.pk, run.pk, run.epoch, pending.public, pending.digests, found)
    transaction.on_commit(lambda: asking.forget(recipient.pk, sender.pk, run.pk, run.epoch))
    write(acts.COUNTED, recipient.subject, NODE, sending.OF_NODE, recipient=sender.pk, count=run.values)
    sending.say(bodies.COUNTED, bodies.Counted(run=run.pk, count=run.count), recipient, sender)


_OF_THE_ANSWER = frozenset({bodies.UNPROVEN, bodies.OTHER_KEY, bodies.OVER})


def answer_refused(row: Incoming, because: str) -> None:
    """Let a question end whose answer, of the side that was asked, does not hold or never came whole."""
    message = message_of(row)
    try:
        body = msgspec.convert(message.body, bodies.Answered)
    except msgspec.ValidationError:
        return
    run = _own(body.run, Stage.ASKED)
    theirs = run is not None and (run.asked_id, run.asked.node) == (message.sender, row.peer.name)
    if run is not None and theirs and (because in _OF_THE_ANSWER or because.startswith("pieces_")):
        ending.fail(run, because)


def answer_answered(row: Outgoing, receipt: Receipt) -> None:
    """Let a question that this side answered end, if the other node refused the answer."""
    body = body_sent(row, bodies.Answered)
    run = _own(body.run if body else None, Stage.ANSWERED)
    if receipt.result is Result.REFUSED and run is not None:
        ending.fail(run, receipt.because)


def take_count(delivery: Delivery) -> None:
    """Note the number, as the side that asked says it.

    Raises:
        Refusal: it asked nothing under that id, said it before, or says more than it asked about.
    """
    body: bodies.Counted = delivery.body
    sender, recipient = delivery.organisations
    run = _waiting(delivery, Stage.ANSWERED, asking=sender, asked=recipient)
    if body.count > run.values:
        raise Refusal(bodies.SIZE)
    run.count, run.stage = body.count, Stage.COUNTED.value
    run.save(update_fields=["count", "stage"])
    write(acts.TOLD, recipient.subject, NODE, sending.OF_NODE, recipient=sender.pk)


def _waiting(delivery: Delivery, stage: Stage, **those: Any) -> ComparisonRun:
    """Return the run that waits in a stage for what a message brings.

    Args:
        delivery: the message; its pair has to be on.
        stage: in which the run has to be.
        those: what else it has to be: who asked whom, and its epoch.

    Raises:
        Refusal: there is none, it ended, or that came before.
    """
    pair = pairs.of(delivery)
    run: ComparisonRun | None = ComparisonRun.everywhere.filter(pk=delivery.body.run, pair=pair, **those).first()
    if run is None or run.stage == Stage.FAILED.value:
        raise Refusal(bodies.NOT_ASKED)
    if run.stage != stage.value:
        raise Refusal(bodies.ANSWERED_BEFORE)
    return run


def _own(id: UUID | None, stage: Stage) -> ComparisonRun | None:
    rows = ComparisonRun.everywhere.select_for_update(of=("self",)).select_related("asking", "asked")
    found: ComparisonRun | None = rows.filter(pk=id, stage=stage.value).first()
    return found
