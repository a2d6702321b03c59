"""A confirmed peer that turns hostile: with its real keys it builds whatever it likes, and puts it on the wire."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
from django.utils import timezone
from tests.node.exchange import nodes

from vaern.node.exchange.base import keys
from vaern.node.exchange.calls.receiving import card_of
from vaern.node.exchange.models import Incoming
from vaern.node.exchange.rules import envelopes
from vaern.node.exchange.rules.canonical import canonical, signed
from vaern.node.exchange.rules.envelopes import ENVELOPE, SUITE, Carried, Contents, Direction, fresh_call, padded
from vaern.node.exchange.rules.messages import MESSAGE, Message, Receipts, sign_receipts
from vaern.proofs.envelopes import enveloped

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Node

    from vaern.node.organisations.models import Organisation
    from vaern.proofs.checkpoints import SigningKey


class Attacker:
    """A node that no longer uses its own program.

    Attributes:
        own, victim: whose keys it has, and whom it attacks.
        sign: its key.
        stream: of all it sends; newer than what it sent while it was honest.
        known_as: who it says that it is.
    """

    def __init__(self, own: Node, victim: Node, sender: Organisation, recipient: Organisation) -> None:
        self.own, self.victim, self.sender, self.recipient = own, victim, sender, recipient
        with own.on():
            peer = own.peer(victim)
            self.sign = keys.signing_keys()[0]
            self.seals_with = card_of(peer).sealing[0]
            self.stream = peer.stream + 1
        self.numbers, self.places = itertools.count(1), itertools.count(1)

    def message(self, **changed: Any) -> Message:
        """A note that would be taken in, but for what is changed of it."""
        now = timezone.now()
        given: dict[str, Any] = {
            "id": uuid4(),
            "from_node": self.own.name,
            "to_node": self.victim.name,
            "stream": self.stream,
            "sequence": 0,
            "type": "test.note",
            "version": 1,
            "at": now,
            "expires": now + timedelta(days=30),
            "purpose": "administration",
            "sender": self.sender.id,
            "recipient": self.recipient.id,
            "about": uuid4(),
            "body": {"text": "hostile"},
        }
        return Message(**{**given, **({} if "sequence" in changed else {"sequence": next(self.places)}), **changed})

    def document(self, message: Message, key: SigningKey | None = None) -> str:
        """A message, signed."""
        return signed(message, MESSAGE, key or self.sign).decode()

    def raw(self, payload: bytes) -> str:
        """Any bytes, signed as if they were a message."""
        return enveloped(payload, MESSAGE, self.sign).decode()

    def text_of(self, message: Message) -> bytes:
        """What is signed of a message."""
        return canonical(message)

    def receipts(self, *given: Any, key: SigningKey | None = None, **changed: Any) -> str:
        """Receipts, signed; they say by default that nothing came."""
        made: dict[str, Any] = {
            "from_node": self.own.name,
            "to_node": self.victim.name,
            "stream": 0,
            "up_to": 0,
            "receipts": list(given),
        }
        return sign_receipts(Receipts(**{**made, **changed}), key or self.sign).decode()

    def contents(self, *messages: tuple[int, str], **changed: Any) -> Contents:
        """What an envelope holds."""
        given: dict[str, Any] = {
            "stream": self.stream,
            "number": next(self.numbers),
            "messages": [Carried(place, document) for place, document in messages],
            "room": 500,
        }
        return Contents(**{**given, **changed})

    def envelope(self, contents: Contents) -> tuple[bytes, bytes]:
        """An envelope as the program makes it."""
        return envelopes.seal(
            contents, self.own.name, self.victim.name, self.seals_with, self.sign, fresh_call(), answers=False
        )

    def sealed(self, data: bytes, *, pad: bool = True, **changed: Any) -> tuple[bytes, bytes]:
        """An envelope of any bytes, with any line."""
        call = fresh_call()
        info = envelopes._info(self.own.name, self.victim.name, self.seals_with.id, call, answers=False)
        sealed = SUITE.encrypt(padded(data) if pad else data, self.seals_with.public(), info=info)
        line: dict[str, Any] = {
            "from_node": self.own.name,
            "to_node": self.victim.name,
            "key": self.seals_with.id,
            "sealed": hashlib.sha256(sealed).hexdigest(),
            "call": call,
        }
        return signed(Direction(**{**line, **changed}), ENVELOPE, self.sign), sealed

    def put(self, *messages: tuple[int, str], **changed: Any) -> tuple[bytes, bytes]:
        """Send an envelope over the wire; return what the victim answers."""
        return nodes.answered(self.victim, *self.envelope(self.contents(*messages, **changed)))

    def say(self, message: Message, key: SigningKey | None = None) -> Incoming:
        """Send a message, let the victim look at it, and return what it keeps of it."""
        return self.say_raw(message.sequence, self.document(message, key))

    def say_raw(self, place: int, document: str) -> Incoming:
        """Send a document as the message of a place; as `say`."""
        self.put((place, document))
        nodes.took_in(self.victim, self.own)
        with self.victim.on():
            return Incoming.objects.get(peer=self.victim.peer(self.own), stream=self.stream, sequence=place)


def body(record: msgspec.Struct) -> dict[str, Any]:
    """A record as the body of a message."""
    found: dict[str, Any] = msgspec.to_builtins(record)
    return found


def random_id() -> UUID:
    """An id that nobody has."""
    return uuid4()
