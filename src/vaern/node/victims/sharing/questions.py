"""*Known?* asked of other nodes: what went where, what each has answered, and what is said to one that asks.

Whoever is asked learns the hashes. So only nodes are asked for which both sides switched this on, a person decides each
time, and the page says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.exchange.models import Peer
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.record import record
from vaern.node.organisations.models import Organisation
from vaern.node.victims.elsewhere.bodies import AskedSignal, KnownAsked, KnownSaid
from vaern.node.victims.models import NodeAnswer, Question
from vaern.node.victims.models.questions import SEALED
from vaern.node.victims.sharing import acts
from vaern.node.victims.sharing.hash_checks import HOLDING, LIST
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

ASKED = "series.known_asked"
ANSWERED = "series.known_answered"

KEPT_FOR = timedelta(days=1)
"""How long a question is kept with its answers: who asks again asks anew."""


def to_ask() -> dict[str, Organisation]:
    """Return the nodes that can be asked, by name, each with the organisation there to which the question is addressed.

    Its node answers for all who work on series there.
    """
    open_ones = Peer.objects.filter(state=State.ACTIVE.value, sends__contains=[ASKED]).order_by("name")
    found = {}
    for name in open_ones.values_list("name", flat=True):
        there = Organisation.all_nodes.filter(node=name, active=True, kind__in=HOLDING).order_by("pk").first()
        if there is not None:
            found[name] = there
    return found


@transaction.atomic
def ask(viewer: Viewer, reason: Reason, signals: Sequence[Signal]) -> Question | None:
    """Ask all nodes that can be asked whether hashes are known there; None where there is none.

    Raises:
        Refusal: a key asks, not a person; or the exchange with one was just suspended.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    nodes = to_ask()
    if not nodes:
        return None
    body = KnownAsked(signals=[AskedSignal(kind=one.kind, value=one.value.hex()) for one in signals])
    question: Question = Question.everywhere.create(
        id=uuid4(),
        organisation=viewer.organisation,
        asked_by=viewer.person,
        sealed=seal(msgspec.json.encode(body).decode(), SEALED),
    )
    for name, there in nodes.items():
        awaited = NodeAnswer.objects.create(id=uuid4(), question=question, node=name, asked=there)
        send(
            ASKED,
            body,
            sender=viewer.organisation,
            recipient=there,
            about=awaited.pk,
            by=viewer.actor,
            reason=reason,
        )
        record(acts.ASKED_ELSEWHERE, LIST, viewer.actor, reason, recipient=there.pk, count=len(signals))
    return question


def signals_of(question: Question) -> list[Signal]:
    """Return the hashes that a question is about."""
    body = msgspec.json.decode(unseal(question.sealed, SEALED), type=KnownAsked)
    return [Signal(one.kind, bytes.fromhex(one.value)) for one in body.signals]


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of organisations that an answer names."""
    return dict(Organisation.all_nodes.filter(pk__in=list(ids)).values_list("pk", "name"))


def find(id: UUID) -> Question | None:
    """Return a question of the organisation in scope."""
    found: Question | None = Question.objects.filter(pk=id).first()
    return found


@transaction.atomic
def read(viewer: Viewer, reason: Reason, question: Question) -> list[tuple[NodeAnswer, list[KnownSaid]]]:
    """Return what each node has answered so far, by its name; recorded as a read."""
    rows = list(NodeAnswer.objects.filter(question=question).order_by("node"))
    record(acts.ANSWERS_READ, LIST, viewer.actor, reason, count=len(rows))
    return [(one, msgspec.convert(one.said, list[KnownSaid])) for one in rows]


@transaction.atomic
def erase_old() -> int:
    """Erase questions that are older than they are kept, with their answers; return how many."""
    found = Question.everywhere.filter(asked_at__lt=timezone.now() - KEPT_FOR)
    count: int = found.count()
    found.delete()
    return count
