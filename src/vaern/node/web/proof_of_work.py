"""Bot protection of public forms: a signed form that was open for a while, and a small proof of work.

`static/vaern/proof.js` computes it in the browser; without it a form is still accepted, under a stricter limit.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self, TypeVar

from django.core.signing import BadSignature, Signer

SHORTEST_SECONDS = 3
"""Nobody reads and fills in the form faster; programs do."""

FORM_LASTS = timedelta(hours=12)
"""How long a form may be left open before it is sent."""

PROOF_LASTS = timedelta(hours=2)
"""How long a proof of work counts, so that nobody makes many in advance."""

EASIEST, HARDEST = 14, 19
"""Bits of a proof of work: a moment on a telephone, and half a minute."""


def proves(nonce: str, answer: str, bits: int) -> bool:
    """Whether SHA-256 of `nonce:answer` begins with that many zero bits."""
    if not (answer.isascii() and answer.isdigit() and len(answer) <= 16):
        return False
    digest = hashlib.sha256(f"{nonce}:{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def difficulty(sent_from_here: int, load: float) -> int:
    """Return the required bits: more for a busy network, and during a flood.

    Args:
        sent_from_here: number in the last hour from the same place.
        load: used share of the overall allowance, from 0 to 1.
    """
    return min(HARDEST, EASIEST + sent_from_here // 5 + int(4 * max(0.0, min(load, 1.0))))


Token = TypeVar("Token", bound="FormToken")


@dataclass(frozen=True)
class FormToken:
    """One issued form. Each kind of form is signed with its own salt.

    Attributes:
        nonce: its random number.
        bits: required by its proof of work.
        given_at: seconds since 1970.
    """

    SALT: ClassVar[str] = "form"

    nonce: str
    bits: int
    given_at: float

    @property
    def age(self) -> float:
        """Seconds since it was issued."""
        return time.time() - self.given_at

    def proved(self, answer: str, bits: int) -> bool:
        """Whether the proof is valid, in time, and about as hard as one issued now."""
        return (
            self.age < PROOF_LASTS.total_seconds() and bits <= self.bits + 2 and proves(self.nonce, answer, self.bits)
        )

    def signed(self) -> str:
        """Return the signed token."""
        return Signer(salt=self.SALT).sign_object([self.nonce, self.bits, self.given_at])

    @classmethod
    def give_out(cls, bits: int, at: float | None = None) -> Self:
        """Return the token of a new form."""
        return cls(secrets.token_hex(16), bits, time.time() if at is None else at)

    @classmethod
    def read(cls, signed: str) -> Self | None:
        """Return the submitted token, or None if it is invalid or expired."""
        try:
            nonce, bits, given_at = Signer(salt=cls.SALT).unsign_object(signed)
        except (BadSignature, ValueError):
            return None
        token = cls(str(nonce), int(bits), float(given_at))
        return token if -60 < token.age < FORM_LASTS.total_seconds() else None
