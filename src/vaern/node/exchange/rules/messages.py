"""Messages: what one organisation says to another on another node, and the receipt that comes back. Pure.

A message is signed by the sender's node as canonical JSON, so that the receiver can show later what it was told. What
it says of handling, purpose and ground is the sender's word about its own act; who may act on it the receiver decides.
"""

from __future__ import annotations

import enum
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec

from vaern.node.exchange.rules.canonical import Malformed, canonical, signed, verified
from vaern.node.exchange.rules.identity import Name, TypeName
from vaern.node.exchange.rules.pieces import Manifest, check

if TYPE_CHECKING:
    from vaern.proofs.checkpoints import SigningKey, VerifierKey

MESSAGE = "application/vnd.vaern.message+json"
RECEIPTS = "application/vnd.vaern.receipts+json"

LARGEST_MESSAGE = 1_500_000
"""Bytes of a message as it is signed; what is larger goes in pieces."""

LASTS = timedelta(days=366)
"""How long a message may wait to be taken in, where its kind says nothing else."""

CLOCKS = timedelta(days=2)
"""How far two nodes' clocks may differ before an end date is believed to have passed."""

Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_.+-]{0,39}$")]
Words = Annotated[str, msgspec.Meta(max_length=2_000)]
Country = Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")]
Number = Annotated[int, msgspec.Meta(ge=1, le=1 << 50)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """On what terms a message passes something on; what is not said does not apply.

    Attributes:
        handling: TLP 2.0.
        europol: Europol's handling codes, as `transfers.written` writes them.
        restriction: what H3 says.
        transfer: code of the ground on which it leaves the country.
        ground: the legal ground in words.
        from_country, to_country: codes.
        until: when the sight ends that it gives.
    """

    handling: Annotated[str, msgspec.Meta(pattern=r"^(red|amber\+strict|amber|green)?$")] = ""
    europol: Annotated[str, msgspec.Meta(max_length=40)] = ""
    restriction: Words = ""
    transfer: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_.-]{0,60}$")] = ""
    ground: Words = ""
    from_country: Country = ""
    to_country: Country = ""
    until: datetime | None = None


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One message.

    Attributes:
        format: of this document.
        id: of the message, for ever.
        from_node, to_node: names of the nodes.
        stream: counts the sender's sequences to this peer from one, anew after it was restored from a backup.
        sequence: its place in that stream, without gaps.
        type, version: which kind of message it is, and which version of its body.
        at: when it was made, by the sender's clock.
        expires: after that it is not to be acted on.
        purpose: why, as a code of the ledger (`Why`).
        sender, recipient: organisations; None where a node speaks for itself.
        about: what it belongs to, the same id on both sides; messages about one thing are taken in in their order.
        in_reply_to: the message that it answers.
        terms: of what it passes on.
        body: as the kind's own schema says.
        file: of what goes along in pieces; None for nothing.
    """

    format: Annotated[str, msgspec.Meta(pattern="^vaern-message/1$")] = "vaern-message/1"
    id: UUID
    from_node: Name
    to_node: Name
    stream: Number
    sequence: Number
    type: TypeName
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    at: datetime
    expires: datetime
    purpose: Code
    sender: UUID | None
    recipient: UUID | None
    about: UUID | None = None
    in_reply_to: UUID | None = None
    terms: Terms = Terms()
    body: dict[str, Any]
    file: Manifest | None = None


def sign_message(message: Message, key: SigningKey) -> bytes:
    """Return a message as a signed document.

    Raises:
        Malformed: it is larger than a message may be.
    """
    document = signed(message, MESSAGE, key)
    if len(document) > LARGEST_MESSAGE * 4 // 3 + 1_000:
        raise Malformed(f"a message has at most {LARGEST_MESSAGE} bytes")
    return document


def read_message(
    document: bytes, keys: list[VerifierKey], from_node: str, to_node: str, place: tuple[int, int]
) -> Message:
    """Return the message in a signed document.

    Args:
        document: as `sign_message` writes it.
        keys: of the peer that sent it.
        from_node, to_node: who they are by the connection, and who we are.
        place: stream and sequence under which it came.

    Raises:
        Malformed: it is none, nobody of these signed it, or it is of or for another node, or of another place.
    """
    found = verified(document, MESSAGE, keys, Message)
    if found.from_node != from_node:
        raise Malformed("the message is not of the node that sent it")
    if found.to_node != to_node:
        raise Malformed("the message is for another node")
    if (found.stream, found.sequence) != place:
        raise Malformed("the message has another place than the one under which it came")
    if found.at.tzinfo is None or found.expires.tzinfo is None:
        raise Malformed("a time without its zone")
    if found.file is not None:
        check(found.file)
    return found


def digest_of(message: Message) -> str:
    """Return the SHA-256 of a message in its canonical form: by it two nodes say that they speak of the same one.

    Its place is left out (1 of stream 1): a node that was restored from a backup sends it once more at another, and the
    receipt for the one that came first is a receipt for it.
    """
    return hashlib.sha256(canonical(msgspec.structs.replace(message, stream=1, sequence=1))).hexdigest()


class Result(enum.StrEnum):
    """What became of a message at its receiver; `RECEIVED` is told by its place alone (`Receipts.up_to`)."""

    WAITS = "waits"
    TAKEN_IN = "taken_in"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"
    READ = "read"


FINAL = frozenset({Result.TAKEN_IN, Result.REFUSED, Result.READ})
"""After these the sender need not keep what it sent."""


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of one message.

    Attributes:
        number: counts the receipts of a receiver to this peer, without gaps; anew with each stream of its own messages.
        message: its id.
        digest: of the message, as the receiver has it.
        result: what became of it.
        because: a code, and words for people, of what was refused, waits or was set aside.
        at: when, by the receiver's clock.
    """

    number: Number
    message: UUID
    digest: Digest
    result: Result
    because: Annotated[str, msgspec.Meta(max_length=400)] = ""
    at: datetime


class Receipts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a receiver says of what came, signed: it is the sender's proof.

    Attributes:
        format: of this document.
        from_node, to_node: names of the nodes: of who received, and of who sent what is receipted.
        stream: of the sender, as the receiver knows it; 0 if nothing has come.
        up_to: everything of that stream up to here is kept.
        beyond: what is kept after a gap.
        receipts: what became of messages, by their numbers.
    """

    format: Annotated[str, msgspec.Meta(pattern="^vaern-receipts/1$")] = "vaern-receipts/1"
    from_node: Name
    to_node: Name
    stream: Annotated[int, msgspec.Meta(ge=0, le=1 << 50)]
    up_to: Annotated[int, msgspec.Meta(ge=0, le=1 << 50)]
    beyond: Annotated[list[Number], msgspec.Meta(max_length=1_000)] = []
    receipts: Annotated[list[Receipt], msgspec.Meta(max_length=1_000)] = []


def sign_receipts(receipts: Receipts, key: SigningKey) -> bytes:
    """Return receipts as a signed document."""
    return signed(receipts, RECEIPTS, key)


def read_receipts(document: bytes, keys: list[VerifierKey], from_node: str, to_node: str) -> Receipts:
    """Return the receipts in a signed document.

    Raises:
        Malformed: these are none, nobody of these signed them, or they are of or for another node.
    """
    found = verified(document, RECEIPTS, keys, Receipts)
    if (found.from_node, found.to_node) != (from_node, to_node):
        raise Malformed("the receipts are not of this node for that one")
    return found
