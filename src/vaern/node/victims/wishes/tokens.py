"""Signed tokens in hidden fields of the survivor's pages, so that the node needs no session."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core import signing

from vaern.node.base.sealing import keyed
from vaern.node.reports.rules import public_form
from vaern.node.web import codes, proof_of_work
from vaern.node.web.tokens import id_of, token_of

if TYPE_CHECKING:
    from uuid import UUID

_FORM, _OPENED = "vaern wish form", "wish opened"


def give_out() -> str:
    """Return the token of a new form: submitted twice, it makes one wish."""
    return signing.dumps(secrets.token_hex(16), salt=_FORM)


def code_of(signed: str) -> str | None:
    """Return the receipt code of a form that came back, or None if it is not ours or too old."""
    try:
        nonce = signing.loads(signed, salt=_FORM, max_age=proof_of_work.FORM_LASTS)
    except signing.BadSignature:
        return None
    return codes.code_from(keyed(str(nonce), "wish code"))


def opened(wish: UUID) -> str:
    """Return a short-lived token that lets the page of a wish change it without the code."""
    return token_of(wish, _OPENED)


def wish_of(opened: str) -> UUID | None:
    """Return the wish of a token, or None if the token is too old or not ours."""
    return id_of(opened, _OPENED, public_form.DIALOGUE_LASTS)
