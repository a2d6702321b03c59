"""Checkpoints: signed statements of the ledger's state. Pure; Ed25519 from `cryptography`.

A checkpoint (C2SP tlog-checkpoint) is the text of three lines `origin`, `size`, `root in base64`, as a signed note
(C2SP signed-note): the text, an empty line, and a line `— name base64(key id ‖ signature)` for each signature.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\1"
"""The algorithm byte of C2SP signed-note."""

NAME = re.compile(r"[^\s+]+\Z")
SIGNATURE = "— "
SECRET = "PRIVATE+KEY+"  # noqa: S105 - the prefix that a key's text begins with, not a key


class CheckpointError(ValueError):
    """A checkpoint or key cannot be parsed, or a signature is invalid; the message says which and why."""


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a ledger's key, with which anybody can verify a checkpoint.

    Attributes:
        name: of the key, and so of the ledger: its origin.
        public: the 32 bytes of the Ed25519 key.
    """

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four-byte key ID of a signature line."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read the text that `str` writes (C2SP vkey).

        Raises:
            CheckpointError: the text is malformed.
        """
        name, id_, body = _key_parts(text.strip())
        key = cls(name, body)
        if id_ != key.id.hex():
            raise CheckpointError(f"the verifier key of {name} has id {id_}, but its bytes have {key.id.hex()}")
        return key


@dataclass(frozen=True)
class SigningKey:
    """The private half: 32 bytes, kept only in the node's home."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @classmethod
    def fresh(cls, name: str) -> SigningKey:
        """Make a key.

        Raises:
            CheckpointError: the name is empty, or contains white space or a plus sign.
        """
        if not NAME.match(name):
            raise CheckpointError(f"{name!r} cannot be the name of a key")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def text(self) -> str:
        """Return the key as Go's `note` package writes it."""
        return f"{SECRET}{self.name}+{self.verifier.id.hex()}+{base64.b64encode(ED25519 + self.seed).decode()}"

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read the text that `text` writes.

        Raises:
            CheckpointError: the text is malformed. The message does not repeat it.
        """
        if not text.startswith(SECRET):
            raise CheckpointError("this is no secret key of a ledger")
        name, _, seed = _key_parts(text.strip().removeprefix(SECRET))
        return cls(name, seed)

    def sign(self, text: str) -> str:
        """Return the signed note of a text that ends with a line feed. Ed25519 signatures are deterministic."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{SIGNATURE}{self.name} {base64.b64encode(self.verifier.id + signature).decode()}\n"


def _key_parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    body = canonical(encoded)
    if not NAME.match(name) or not re.fullmatch("[0-9a-f]{8}", id_) or len(body) != 33 or body[:1] != ED25519:
        raise CheckpointError("this is no Ed25519 key of a signed note")
    return name, id_, body[1:]


def canonical(text: str) -> bytes:
    """Return the bytes of base64 in its one canonical form, nothing of any other text."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:  # also of letters beyond ASCII
        return b""
    return found if base64.b64encode(found).decode() == text else b""


def open_note(note: str, key: VerifierKey) -> str:
    """Verify a signed note and return its text, including the final line feed.

    Raises:
        CheckpointError: the note is malformed, not signed by the key, or its signature is invalid.
    """
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise CheckpointError("this is no signed note: a text, an empty line, and a line for each signature")
    text += "\n"
    for line in lines.removesuffix("\n").split("\n"):
        name, signature = signature_of(line)
        if name == key.name and signature[:4] == key.id:
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], text.encode())
            except (InvalidSignature, UnicodeEncodeError):
                raise CheckpointError(f"the signature of {key.name} does not hold") from None
            return text
    raise CheckpointError(f"{key.name} (key {key.id.hex()}) has not signed this")


def signature_of(line: str) -> tuple[str, bytes]:
    """Return the key's name of a signature line, and the four bytes of the key's id with the signature behind them.

    Raises:
        CheckpointError: it is no such line.
    """
    name, space, encoded = line.removeprefix(SIGNATURE).partition(" ")
    signature = canonical(encoded)
    if not line.startswith(SIGNATURE) or not space or not NAME.match(name) or len(signature) < 5:
        raise CheckpointError("a signature line of the note is damaged")
    return name, signature


@dataclass(frozen=True)
class Checkpointed:
    """The content of a checkpoint.

    Attributes:
        origin: which ledger.
        size: number of entries.
        root: of the tree over them.
    """

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpointed:
        """Read the text of a checkpoint; further lines are allowed and not read.

        Raises:
            CheckpointError: it is no such text.
        """
        origin, size, root, *_ = [*text.split("\n"), "", "", ""]
        try:
            found = cls(origin, int(size), base64.b64decode(root, validate=True))
        except ValueError:  # of `int` and of base64
            raise CheckpointError("this is no checkpoint: its lines are origin, size and root") from None
        if not origin or found.size < 0 or not text.startswith(found.text()) or len(found.root) != 32:
            raise CheckpointError("this is no checkpoint: its lines are origin, size and root")
        return found


def sign_checkpoint(size: int, root: bytes, key: SigningKey) -> str:
    """Return the signed checkpoint of the ledger that the key names."""
    return key.sign(Checkpointed(key.name, size, root).text())


def open_checkpoint(note: str, key: VerifierKey) -> Checkpointed:
    """Verify a signed checkpoint and its origin, and return its content.

    Raises:
        CheckpointError: it is malformed, from another ledger, or its signature is invalid.
    """
    found = Checkpointed.parse(open_note(note, key))
    if found.origin != key.name:
        raise CheckpointError(f"this checkpoint is of {found.origin}, not of {key.name}")
    return found
