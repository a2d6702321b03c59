"""A kind of message for tests of the exchange itself: a note is put down once, and one that must wait waits."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from tests.node.exchange.nodes import REASON, Node

from vaern.node.base.refusals import Refusal
from vaern.node.base.transitions import StateRefusal
from vaern.node.exchange.base.kinds import Delivery, Kind, Later
from vaern.node.exchange.inbox.deliveries import body_of, message_of
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.rules.messages import Result
from vaern.node.exchange.rules.peers import Event, State
from vaern.node.ledger.models import Note as Words
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Act, Subject, Verb
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.exchange.models import Incoming, Outgoing
    from vaern.node.exchange.rules.messages import Receipt
    from vaern.node.organisations.models import Organisation


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a note says."""

    text: Annotated[str, msgspec.Meta(max_length=1_000_000)]


PUT_DOWN = Act("test.note.put_down", Verb.COLLECTION, "A note was put down")
TURNED_DOWN = Act("test.note.turned_down", Verb.COLLECTION, "A note was refused")


def put_down(node: Node, act: Act = PUT_DOWN) -> list[str]:
    """The notes that a node has taken in, in their order, by its ledger: what was undone is not there."""
    with node.on():
        entries = Words.objects.filter(entry__act=act.code).order_by("entry_id")
        return list(entries.values_list("details", flat=True))


class Notes:
    """The kinds `test.note` and `test.taken_back`.

    Attributes:
        waits: texts that cannot be taken in yet.
        breaks: texts that break the reader.
        refuses: texts that are refused.
        too_late: texts that no state allows any more.
        faults: by text, what its reader raises.
        because: why notes wait.
        breaks_answered: texts at whose receipt the app breaks.
        breaks_refused: texts at whose refusal here the app breaks.
        answered: the texts whose receipts came.
    """

    def __init__(self) -> None:
        self.waits: set[str] = set()
        self.breaks: set[str] = set()
        self.refuses: set[str] = set()
        self.too_late: set[str] = set()
        self.faults: dict[str, Callable[[], BaseException]] = {}
        self.because = "not yet"
        self.breaks_answered: set[str] = set()
        self.breaks_refused: set[str] = set()
        self.answered: list[str] = []
        among = frozenset({OrganisationKind.HOTLINE, OrganisationKind.POLICE})
        self.kind = Kind(
            "test.note",
            "A note",
            {1: Note},
            take=self.take,
            senders=among,
            recipients=among,
            answered=self.hear,
            refused=self.hear_of_refusal,
            together=True,
        )
        self.taken_back = dataclasses.replace(self.kind, name="test.taken_back", owed=True)

    def take(self, delivery: Delivery) -> None:
        """Put a note down, as an entry of the ledger."""
        text = delivery.body.text
        if text in self.waits:
            raise Later(self.because)
        if text in self.refuses:
            raise Refusal("refused_note")
        if text in self.too_late:
            raise StateRefusal("the note", State.ENDED, Event.CONFIRM)
        record(PUT_DOWN, Subject("message", delivery.message.id), NODE, REASON, details=text)
        if text in self.breaks:
            raise RuntimeError("this note breaks its reader")
        if text in self.faults:
            fault = self.faults[text]()
            raise fault

    def hear_of_refusal(self, row: Incoming, _because: str) -> None:
        """Hear that a note was refused here."""
        said = body_of(self.kind, message_of(row))
        record(TURNED_DOWN, Subject("message", row.message), NODE, REASON, details=said.text)
        if said.text in self.breaks_refused:
            raise RuntimeError("this refusal breaks its reader")

    def hear(self, row: Outgoing, receipt: Receipt) -> None:
        """Hear what became of a note."""
        sent = body_sent(row, Note)
        text = sent.text if sent else ""
        if receipt.result is Result.TAKEN_IN:
            self.answered.append(text)
        if text in self.breaks_answered:
            self.answered.pop()
            raise RuntimeError("this receipt breaks its reader")


def write(
    node: Node,
    sender: Organisation,
    recipient: Organisation,
    text: str,
    about: UUID | None = None,
    kind: str = "test.note",
) -> Outgoing:
    """Write a note on a node, in a transaction of its own."""
    with node.on(), transaction.atomic():
        return send(
            kind,
            Note(text),
            sender=sender,
            recipient=node.organisation(recipient),
            about=about or uuid4(),
            by=NODE,
            reason=REASON,
        )
