"""What travels in a hidden field, so that the node keeps no session: the form's own number, and an opened dialogue."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from uuid import UUID

from django.core.signing import BadSignature, Signer

from vaern.node.reports.public import rules
from vaern.node.sealing import Unsealable, keyed, seal, unseal

_FORM = "report form"
_DIALOGUE = "dialogue"


@dataclass(frozen=True)
class FormToken:
    """One form that was given out; whatever it is sent for makes one report.

    Attributes:
        nonce: its number, random.
        bits: that a proof of work for it needs.
        given_at: seconds since 1970.
    """

    nonce: str
    bits: int
    given_at: float

    @property
    def age(self) -> float:
        """Seconds since it was given out."""
        return time.time() - self.given_at

    @property
    def code(self) -> str:
        """The receipt code of its report: the same when the form is sent twice. Nobody without the secret makes it."""
        return rules.code_from(keyed(self.nonce, "receipt code"))

    @property
    def reference(self) -> str:
        """By which its report is recognised when the form is sent twice; leads back neither to form nor code."""
        return keyed(self.nonce, "receipt reference").hex()[:32]

    def signed(self) -> str:
        """Return it for the form."""
        return _signer(_FORM).sign_object([self.nonce, self.bits, self.given_at])


def give_out(bits: int, at: float | None = None) -> FormToken:
    """Return the token of a new form."""
    return FormToken(secrets.token_hex(16), bits, time.time() if at is None else at)


def read(signed: str) -> FormToken | None:
    """Return the token that came back, or None if it is not ours or too old."""
    try:
        nonce, bits, given_at = _signer(_FORM).unsign_object(signed)
    except (BadSignature, ValueError):
        return None
    token = FormToken(str(nonce), int(bits), float(given_at))
    return token if -60 < token.age < rules.FORM_LASTS.total_seconds() else None


def opened(report: UUID) -> str:
    """Return what lets the page of a dialogue add words without holding the code. It says nothing to who reads it."""
    return seal(f"{report} {int(time.time())}", _DIALOGUE).decode()


def report_of(opened: str) -> UUID | None:
    """Return the report whose dialogue was opened, or None if that was too long ago, or it is not ours."""
    try:
        report, at = unseal(opened.encode(), _DIALOGUE).split(" ")
    except (Unsealable, ValueError):
        return None
    return UUID(report) if time.time() - int(at) < rules.DIALOGUE_LASTS.total_seconds() else None


def _signer(salt: str) -> Signer:
    return Signer(salt=f"vaern {salt}")
