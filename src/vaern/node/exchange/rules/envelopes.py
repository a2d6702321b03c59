"""Envelopes: what goes over the line, one way, sealed to the node that receives it. Pure.

A call is one request and its answer, an envelope each way, so that a node which may only open connections outward gets
what waits for it in the answer, and nothing else differs for it.

An envelope is a line and bytes. The line is a signed document (DSSE over canonical JSON) that says from whom, to whom,
for which key, and the SHA-256 of the bytes; it travels in a header, so that who receives it checks the signature
before a byte of the rest is read. The bytes are the contents, padded and sealed by HPKE (RFC 9180) with ML-KEM-768 and
X25519 together: who stores them today reads nothing, nor does who breaks one of the two later. Key, direction and call
are bound in, so that an envelope opens nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING, Annotated

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from vaern.node.exchange.rules.canonical import Malformed, parsed, signed, verified
from vaern.node.exchange.rules.identity import Name, OpeningKey, SealingKey
from vaern.node.exchange.rules.messages import Digest, Number
from vaern.node.exchange.rules.pieces import MOST_ASKED, Piece, Want

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.proofs.checkpoints import SigningKey, VerifierKey

ENVELOPE = "application/vnd.vaern.envelope+json"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

LARGEST_LINE = 4_000
LARGEST_ENVELOPE = 8_000_000
LARGEST_CONTENTS = 7_000_000
MOST_MESSAGES = 500
MOST_PIECES = 256
SMALLEST = 4_096
"""Bytes to which the contents are padded at least: most calls carry little, and look alike."""


class Direction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signed line of an envelope.

    Attributes:
        format: of this document.
        from_node, to_node: names of the nodes.
        key: id of the key that opens it.
        sealed: SHA-256 of the bytes that follow.
        call: of a request: chosen by the caller, never again; an answer repeats it.
        answers: it is the answer to that call.
    """

    format: Annotated[str, msgspec.Meta(pattern="^vaern-envelope/1$")] = "vaern-envelope/1"
    from_node: Name
    to_node: Name
    key: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    sealed: Digest
    call: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    answers: bool = False


class Carried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message in an envelope: its place, and the signed document; "" where the sender has it no longer."""

    sequence: Number
    document: Annotated[str, msgspec.Meta(max_length=2_100_000)]


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is in an envelope.

    Attributes:
        stream: of this side's messages and receipts.
        number: counts this side's envelopes in that stream, so that what an older one says of receipts and room counts
            for nothing when it comes late, or is played back.
        messages: in the order of their sequence.
        receipts: what became of the other side's messages: a signed document (`messages.Receipts`).
        heard: the receipts of the other side are known up to this number of the stream `heard_of`.
        room: how many messages this side takes in the answer.
        more: further messages wait behind these.
        wants: how far files of the other side have come here, and which of their pieces are asked for.
        pieces: of files of this side, as the other asked.
    """

    stream: Number
    number: Number
    messages: Annotated[list[Carried], msgspec.Meta(max_length=MOST_MESSAGES)] = []
    receipts: Annotated[str, msgspec.Meta(max_length=1_000_000)] = ""
    heard: Annotated[int, msgspec.Meta(ge=0, le=1 << 50)] = 0
    heard_of: Annotated[int, msgspec.Meta(ge=0, le=1 << 50)] = 0
    room: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    more: bool = False
    wants: Annotated[list[Want], msgspec.Meta(max_length=MOST_ASKED)] = []
    pieces: Annotated[list[Piece], msgspec.Meta(max_length=MOST_PIECES)] = []


def fresh_call() -> str:
    """Return a name for a call that no other has."""
    return secrets.token_hex(16)


def padded(data: bytes) -> bytes:
    """Return data with its length before it and zeros behind, so that its size tells at most an eighth of it.

    Padmé (Nikitin et al., Reducing Metadata Leakage from Encrypted Files and Communication with PURBs, 2019, section
    4.3): of a size of n bytes, only the leading bits are kept that floor(log2 log2 n) + 1 can count.
    """
    size = max(len(data) + 4, SMALLEST)
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    whole = (size + mask) & ~mask
    return len(data).to_bytes(4, "big") + data + bytes(whole - 4 - len(data))


def unpadded(data: bytes) -> bytes:
    """Return what was padded.

    Raises:
        Malformed: its length is not that of padded data.
    """
    size = int.from_bytes(data[:4], "big")
    found = data[4 : 4 + size]
    if len(found) != size or padded(found) != data:
        raise Malformed("the padding is not what it should be")
    return found


def seal(
    contents: Contents,
    from_node: str,
    to_node: str,
    key: SealingKey,
    sign: SigningKey,
    call: str,
    *,
    answers: bool = False,
) -> tuple[bytes, bytes]:
    """Return an envelope: its line, and its bytes.

    Raises:
        Malformed: there is more in it than an envelope holds.
    """
    data = msgspec.json.encode(contents)
    if len(data) > LARGEST_CONTENTS:
        raise Malformed(f"an envelope holds at most {LARGEST_CONTENTS} bytes")
    info = _info(from_node, to_node, key.id, call, answers=answers)
    sealed = SUITE.encrypt(padded(data), key.public(), info=info)
    line = Direction(
        from_node=from_node,
        to_node=to_node,
        key=key.id,
        sealed=hashlib.sha256(sealed).hexdigest(),
        call=call,
        answers=answers,
    )
    return signed(line, ENVELOPE, sign), sealed


def from_whom(line: bytes) -> str:
    """Return whose envelope a line says that it is, unverified, to find the keys that have to have signed it.

    Raises:
        Malformed: it is no such line.
    """
    if len(line) > LARGEST_LINE:
        raise Malformed("the first line is longer than that of an envelope")
    try:
        payload = base64.b64decode(msgspec.json.decode(line)["payload"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Malformed("this is no envelope") from None
    return parsed(payload, Direction).from_node


def read_line(line: bytes, keys: list[VerifierKey], from_node: str, to_node: str, *, answers: str = "") -> Direction:
    """Return the line of an envelope, verified; nothing of the bytes behind it was read for it.

    Args:
        line: as it came.
        keys: of the node that it says it is of.
        from_node, to_node: who they are, and who we are.
        answers: the call that this has to answer; "" for a call.

    Raises:
        Malformed: nobody of these signed it, or it is of or for another node, or another call's answer.
    """
    found = verified(line, ENVELOPE, keys, Direction)
    if (found.from_node, found.to_node) != (from_node, to_node):
        raise Malformed("the envelope is not of this node for that one")
    if found.answers != bool(answers) or (answers and found.call != answers):
        raise Malformed("the envelope does not answer this call")
    return found


def open_sealed(line: Direction, sealed: bytes, keys: Sequence[OpeningKey]) -> Contents:
    """Return the contents of an envelope whose line was verified.

    Args:
        line: of `read_line`.
        sealed: the bytes behind it.
        keys: ours.

    Raises:
        Malformed: the bytes are not those that were signed, are sealed with no key of ours, or hold something else.
    """
    if hashlib.sha256(sealed).hexdigest() != line.sealed:
        raise Malformed("the bytes of the envelope are not those that were signed")
    key = next((one for one in keys if one.sealing.id == line.key), None)
    if key is None:
        raise Malformed("the envelope is sealed with a key that this node does not have (any more)")
    info = _info(line.from_node, line.to_node, line.key, line.call, answers=line.answers)
    try:
        data = SUITE.decrypt(sealed, key.private(), info=info)
    except (InvalidTag, ValueError):
        raise Malformed("the envelope cannot be opened: it was sealed otherwise") from None
    contents = parsed(unpadded(data), Contents)
    places = [one.sequence for one in contents.messages]
    if places != sorted(set(places)):
        raise Malformed("the messages of an envelope are not in the order of their sequence")
    return contents


def _info(from_node: str, to_node: str, key: str, call: str, *, answers: bool) -> bytes:
    return f"vaern-envelope/1\n{from_node}\n{to_node}\n{key}\n{call}\n{'answer' if answers else 'call'}\n".encode()
