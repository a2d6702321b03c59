"""The keys under a signed note: a ledger's own signature, and the cosignatures of witnesses. Pure; `cryptography`.

C2SP signed-note (keys and signature lines) and tlog-cosignature (what a cosignature signs), github.com/C2SP/C2SP at
5ba5ee8 of 2026-07-22, read on 2026-11-30. Three types of signature are known:

- 0x01, Ed25519 over the text: what a ledger signs its own checkpoint with;
- 0x04, Ed25519 cosignature with a time, over a header and the whole text;
- 0x06, ML-DSA-44 (FIPS 204) cosignature with a time, over the cosigner's name, the origin, the size and the root.
"""

from __future__ import annotations

import base64
import enum
import os
import struct
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from vaern.proofs.checkpoints import NAME, SECRET, SIGNATURE, Checkpointed, CheckpointError, canonical

LATEST = (1 << 63) - 1
"""The largest time that a cosignature may have."""

LONGEST_NAME = 255
"""Bytes of a cosigner's name and of an origin in what ML-DSA-44 signs: their length is one byte."""

SEED = 32
"""Bytes of a private key, of either algorithm."""


class Kind(enum.IntEnum):
    """The types of signature that are known, by the byte that C2SP signed-note gives them."""

    PLAIN = 0x01
    ED25519 = 0x04
    ML_DSA_44 = 0x06


COSIGNATURES = (Kind.ED25519, Kind.ML_DSA_44)
"""Those of witnesses."""

PUBLIC_BYTES = {Kind.PLAIN: 32, Kind.ED25519: 32, Kind.ML_DSA_44: 1312}
SIGNATURE_BYTES = {Kind.PLAIN: 64, Kind.ED25519: 64, Kind.ML_DSA_44: 2420}


@dataclass(frozen=True)
class NoteKey:
    """The public half of a key that signs notes.

    Attributes:
        name: of whoever signs; for a ledger its origin.
        kind: the type of the signature.
        public: 32 bytes of Ed25519, 1312 of ML-DSA-44.
    """

    name: str
    kind: Kind
    public: bytes

    @cached_property
    def id(self) -> bytes:
        """The four-byte key ID of a signature line."""
        return _id_of(self.name, self.kind, self.public)

    @property
    def identity(self) -> str:
        """Name and ID in one short text, which tells this key from any other."""
        return f"{self.name}+{self.id.hex()}"

    def __str__(self) -> str:
        return f"{self.identity}+{_encoded(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """Read a verifier key ("vkey" of C2SP signed-note).

        Raises:
            CheckpointError: it is none, of an unknown type, or its ID is not that of its bytes.
        """
        name, id_, kind, public = _parts(text)
        if len(public) != PUBLIC_BYTES[kind]:
            raise CheckpointError(f"the verifier key of {name} has {len(public)} bytes, not {PUBLIC_BYTES[kind]}")
        if kind is Kind.ML_DSA_44 and len(name.encode()) > LONGEST_NAME:
            raise CheckpointError(f"the name of an ML-DSA-44 key has at most {LONGEST_NAME} bytes")
        key = cls(name, kind, public)
        if id_ != key.id:
            raise CheckpointError(f"the verifier key of {name} has id {id_.hex()}, but its bytes have {key.id.hex()}")
        return key

    def signed_at(self, text: str, signature: bytes) -> int:
        """Return when a note's text was signed by this key: seconds since 1970, or 0 where the signature says no time.

        Args:
            text: of a checkpoint, with its last line feed.
            signature: what follows the key ID in the signature line.

        Raises:
            CheckpointError: the signature does not hold.
        """
        time = b"" if self.kind is Kind.PLAIN else signature[:8]
        if len(signature) != len(time) + SIGNATURE_BYTES[self.kind]:
            raise CheckpointError(f"the signature of {self.name} has {len(signature)} bytes")
        at = int.from_bytes(time)
        try:
            public = _PUBLIC[self.kind].from_public_bytes(self.public)
            public.verify(signature[len(time) :], _message(self, text, at))
        except (InvalidSignature, ValueError, struct.error):  # of no point of the curve; of a name that is too long
            raise CheckpointError(f"the signature of {self.name} does not hold") from None
        if at > LATEST:
            raise CheckpointError(f"the signature of {self.name} has a time beyond all times")
        return at


@dataclass(frozen=True)
class CosigningKey:
    """The private half of a witness's key: 32 bytes, kept only in the node's home."""

    name: str
    kind: Kind
    seed: bytes

    def __repr__(self) -> str:
        return f"CosigningKey({self.name!r}, {self.kind.name})"

    @classmethod
    def fresh(cls, name: str, kind: Kind) -> CosigningKey:
        """Make a key.

        Raises:
            CheckpointError: the name is empty or too long, or contains white space or a plus sign.
        """
        if not NAME.match(name) or len(name.encode()) > LONGEST_NAME:
            raise CheckpointError(f"{name!r} cannot be the name of a key")
        return cls(name, kind, os.urandom(SEED))

    @cached_property
    def _private(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.kind is Kind.ML_DSA_44:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> NoteKey:
        """The public half."""
        return NoteKey(self.name, self.kind, self._private.public_key().public_bytes_raw())

    def text(self) -> str:
        """Return the key as Go's `note` package writes private keys."""
        return f"{SECRET}{self.verifier.identity}+{_encoded(bytes([self.kind]) + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> CosigningKey:
        """Read the text that `text` writes.

        Raises:
            CheckpointError: it is none. The message does not repeat it.
        """
        if not text.startswith(SECRET):
            raise CheckpointError("this is no secret key of a witness")
        name, id_, kind, seed = _parts(text.removeprefix(SECRET))
        if kind not in COSIGNATURES or len(seed) != SEED:
            raise CheckpointError("this is no secret key of a witness")
        key = cls(name, kind, seed)
        if key.verifier.id != id_:
            raise CheckpointError("the id of a secret key is not that of its bytes")
        return key

    def cosign(self, text: str, at: int) -> str:
        """Return the signature line of a cosignature, with its line feed.

        Args:
            text: of a checkpoint, with its last line feed.
            at: seconds since 1970, from 1.

        Raises:
            CheckpointError: the text is none of a checkpoint, or the time is out of bounds.
        """
        if not 0 < at <= LATEST:
            raise CheckpointError("a cosignature has a time between 1 and 2^63 - 1")
        signature = self._private.sign(_message(self.verifier, text, at))
        return f"{SIGNATURE}{self.name} {_encoded(self.verifier.id + at.to_bytes(8) + signature)}\n"


_PUBLIC: dict[Kind, type[Ed25519PublicKey | MLDSA44PublicKey]] = {
    Kind.PLAIN: Ed25519PublicKey,
    Kind.ED25519: Ed25519PublicKey,
    Kind.ML_DSA_44: MLDSA44PublicKey,
}


def _message(key: NoteKey, text: str, at: int) -> bytes:
    """Return the bytes that a key signs of a checkpoint (tlog-cosignature, "signed message")."""
    if key.kind is Kind.PLAIN:
        return text.encode()
    if key.kind is Kind.ED25519:
        return f"cosignature/v1\ntime {at}\n{text}".encode()
    found = Checkpointed.parse(text)
    name, origin = key.name.encode(), found.origin.encode()
    return b"".join(
        [
            b"subtree/v1\n\0",
            struct.pack(">B", len(name)) + name,
            struct.pack(">Q", at),
            struct.pack(">B", len(origin)) + origin,
            struct.pack(">QQ", 0, found.size),
            found.root,
        ]
    )


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _id_of(name: str, kind: Kind, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _parts(text: str) -> tuple[str, bytes, Kind, bytes]:
    """Return name, ID, type and bytes of a key's text."""
    name, _, rest = text.strip().partition("+")
    id_, _, encoded = rest.partition("+")
    body = canonical(encoded)
    if not NAME.match(name) or len(id_) != 8 or set(id_) - set("0123456789abcdef") or not body:
        raise CheckpointError("this is no key of a signed note: name+id+base64")
    try:
        kind = Kind(body[0])
    except ValueError:
        raise CheckpointError(f"the key of {name} is of type 0x{body[0]:02x}, which is not known") from None
    return name, bytes.fromhex(id_), kind, body[1:]
