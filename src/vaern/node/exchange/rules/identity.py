"""Who a node is: its card, the keys on it, and the fingerprint that two people read to each other. Pure.

A card is what a node says of itself: its name, where it answers, the keys with which it signs and with which others
seal what they send it. It is signed by its own newest key, which proves that the node has that key and nothing else:
whose node it is two people settle, by voice (`fingerprint`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from vaern.node.exchange.rules.canonical import Malformed, digits, parsed, signed, verified
from vaern.proofs.checkpoints import CheckpointError, SigningKey, VerifierKey

CARD = "application/vnd.vaern.card+json"
MOST_KEYS = 8
LARGEST_CARD = 64_000
"""Bytes. Eight keys of 1.7 kB each, and what a node says beside them."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$", max_length=253)]
"""A node is called by its host, in lower case."""

TypeName = Annotated[str, msgspec.Meta(pattern=r"^[a-z]+(\.[a-z_]+)+$", max_length=60)]

_MLKEM, _X25519 = 1184, 32  # bytes of the two public keys
_SEEDS = 64, 32  # bytes of the two private ones


class SealingKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public key to seal with: ML-KEM-768 and X25519 together (draft-ietf-hpke-pq, KEM 0x647a).

    Attributes:
        id: the first 16 digits of the SHA-256 of the key.
        key: both public keys one after the other, in base64.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    key: Annotated[str, msgspec.Meta(max_length=2_000)]

    def public(self) -> MLKEM768X25519PublicKey:
        """Return the key as `cryptography` takes it.

        Raises:
            Malformed: these are no such keys, or the id is another key's.
        """
        data = _decoded(self.key)
        if len(data) != _MLKEM + _X25519 or _id(data) != self.id:
            raise Malformed("a sealing key is damaged: its id is not that of its bytes")
        try:
            lattice = MLKEM768PublicKey.from_public_bytes(data[:_MLKEM])
        except ValueError:
            raise Malformed("a sealing key is no ML-KEM-768 key") from None
        curve = X25519PublicKey.from_public_bytes(data[_MLKEM:])
        try:
            X25519PrivateKey.generate().exchange(curve)  # RFC 9180, 7.1.4: a point of small order gives zeros
        except ValueError:
            raise Malformed("a sealing key is no X25519 key") from None
        return MLKEM768X25519PublicKey(lattice, curve)


class OpeningKey(msgspec.Struct, frozen=True):
    """The private half of a `SealingKey`: 96 bytes, kept only in the node's home."""

    seed: bytes

    def __repr__(self) -> str:
        return f"OpeningKey({self.sealing.id})"

    @classmethod
    def fresh(cls) -> OpeningKey:
        """Make a key."""
        lattice, curve = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
        return cls(lattice.private_bytes_raw() + curve.private_bytes_raw())

    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        first, second = _SEEDS
        if len(self.seed) != first + second:
            raise Malformed("this is no key to open with")
        return (
            MLKEM768PrivateKey.from_seed_bytes(self.seed[:first]),
            X25519PrivateKey.from_private_bytes(self.seed[first:]),
        )

    def private(self) -> MLKEM768X25519PrivateKey:
        """Return the key as `cryptography` takes it."""
        return MLKEM768X25519PrivateKey(*self._halves())

    @property
    def sealing(self) -> SealingKey:
        """The public half."""
        lattice, curve = self._halves()
        data = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        return SealingKey(_id(data), base64.b64encode(data).decode())

    def text(self) -> str:
        """Return the key as its file holds it."""
        return base64.b64encode(self.seed).decode()

    @classmethod
    def parse(cls, text: str) -> OpeningKey:
        """Read what `text` writes.

        Raises:
            Malformed: it is no key; the message does not repeat it.
        """
        key = cls(_decoded(text.strip()))
        key._halves()
        return key


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a node says of itself.

    Attributes:
        format: of this document.
        name: the node's, its host.
        address: where it answers, without a path; "" for a node that only opens connections outward.
        issued: a number that grows with each card of a node, so that an older one is told from a newer.
        signing: its keys (C2SP vkey), the newest first: what it signs with, and what may still come signed.
        sealing: its keys, the newest first: what others seal with, and what it can still open.
        ledger: the key of its ledger (C2SP vkey).
        witness: the keys with which it cosigns other ledgers (C2SP vkey), a line each; "" if it is no witness.
        types: the kinds of message that it takes, each with the versions.
        synthetic: everything on it is made up. A real node never joins one that is not.
        at: when the card was made.
    """

    format: Annotated[str, msgspec.Meta(pattern="^vaern-card/1$")]
    name: Name
    address: Annotated[str, msgspec.Meta(max_length=300)]
    issued: Annotated[int, msgspec.Meta(ge=1, le=1 << 50)]
    signing: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=400)]], msgspec.Meta(min_length=1, max_length=MOST_KEYS)
    ]
    sealing: Annotated[list[SealingKey], msgspec.Meta(min_length=1, max_length=MOST_KEYS)]
    ledger: Annotated[str, msgspec.Meta(max_length=400)]
    witness: Annotated[str, msgspec.Meta(max_length=4_000)]
    types: Annotated[
        dict[TypeName, Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=1_000)]], msgspec.Meta(max_length=20)]],
        msgspec.Meta(max_length=200),
    ]
    synthetic: bool
    at: datetime

    def keys(self) -> list[VerifierKey]:
        """Return the keys with which the node signs, the newest first.

        Raises:
            Malformed: one of them is none, or has another node's name.
        """
        try:
            found = [VerifierKey.parse(text) for text in self.signing]
        except CheckpointError as error:
            raise Malformed(str(error)) from None
        if any(key.name != self.name for key in found):
            raise Malformed("a key on the card is named for another node")
        return found


def sign_card(card: Card, key: SigningKey) -> bytes:
    """Return a card as a signed document. The key is the newest on it, or an earlier one that the reader knows."""
    return signed(card, CARD, key)


def read_card(document: bytes, known: list[VerifierKey] | None = None) -> Card:
    """Return the card in a signed document.

    Args:
        document: as `sign_card` writes it.
        known: keys of that node which are believed already, any of which has to have signed it; None for a card of
            somebody unknown, which its own newest key signs.

    Raises:
        Malformed: it is no card, or nobody of these signed it.
    """
    if len(document) > LARGEST_CARD:
        raise Malformed(f"a card has at most {LARGEST_CARD} bytes")
    if known is None:
        known = [believed(document).keys()[0]]
    card = verified(document, CARD, known, Card)
    card.keys()
    for key in card.sealing:
        key.public()
    if card.address and not re.fullmatch(r"https?://[^/?#@\s]+", card.address):
        raise Malformed("the address on the card is none: it is one such as https://node.example, without a path")
    return card


@lru_cache(maxsize=64)
def believed(document: bytes) -> Card:
    """Return what a card says whose signature is not asked for: it was when it came, or the key to ask is on it.

    Each message and each envelope asks for it: a peer's card is read once.
    """
    try:
        payload = base64.b64decode(msgspec.json.decode(document)["payload"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Malformed("this is no card of a node") from None
    return parsed(payload, Card)


def fingerprint(card: Card) -> str:
    """Return the 30 digits that a person reads aloud to somebody who has the card from elsewhere.

    They are of the node's name and of the two keys that it uses now: who would pass off a card of their own has to find
    keys with the same 30 digits, some 2^99 tries.
    """
    text = f"vaern-fingerprint/1\n{card.name}\n{card.signing[0]}\n{card.sealing[0].id}\n{card.sealing[0].key}\n"
    return digits(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big"), groups=6, size=5)


def same_digits(heard: str, card: Card) -> bool:
    """Whether what somebody heard and typed is the fingerprint of a card; spaces and hyphens do not count."""
    return re.sub(r"[\s-]", "", heard) == fingerprint(card).replace(" ", "")


def _id(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Malformed("a key is not in base64") from None
