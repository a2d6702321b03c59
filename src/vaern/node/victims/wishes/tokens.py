"""What travels in hidden fields of the survivor's pages, so that the node keeps no session of them."""

from __future__ import annotations

import secrets
import time
from uuid import UUID

from django.core.signing import BadSignature, Signer

from vaern.node.base.sealing import Unsealable, keyed, seal, unseal
from vaern.node.reports.public import rules
from vaern.node.web import codes, proof_of_work

_OPENED = "wish opened"


def give_out() -> str:
    """Return the number of a new form: sent twice, it makes one wish."""
    return _signer().sign_object([secrets.token_hex(16), time.time()])


def code_of(signed: str) -> str | None:
    """Return the receipt code of a form that came back, or None if it is not ours or too old."""
    try:
        nonce, at = _signer().unsign_object(signed)
    except (BadSignature, ValueError):
        return None
    if not -60 < time.time() - float(at) < proof_of_work.FORM_LASTS.total_seconds():
        return None
    return codes.code_from(keyed(str(nonce), "wish code"))


def opened(wish: UUID) -> str:
    """Return what lets the page of a wish change it without holding the code, for a while."""
    return seal(f"{wish} {int(time.time())}", _OPENED).decode()


def wish_of(opened: str) -> UUID | None:
    """Return the wish that was opened, or None if that was too long ago, or it is not ours."""
    try:
        wish, at = unseal(opened.encode(), _OPENED).split(" ")
    except (Unsealable, ValueError):
        return None
    return UUID(wish) if time.time() - int(at) < rules.DIALOGUE_LASTS.total_seconds() else None


def _signer() -> Signer:
    return Signer(salt="vaern wish form")
