"""A desk with a public form, and somebody who reports to it."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.node.factories import make_member, make_organisation

from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.public import tokens
from vaern.node.web import proof_of_work

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.reports.models import Desk

_number = count(1)
FILLED = {"kind": "material", "addresses": "https://host.example/synthetic/1"}


def make_desk(**fields: Any) -> Desk:
    """Make a hotline of a fictional country whose desk has a public form."""
    desk = desk_of(make_organisation(member=make_member()))
    given = {"public_name": f"country-{next(_number)}", "help_name": "Help Line (synthetic)", "help_at": "00 00 00 00"}
    for name, value in {**given, **fields}.items():
        setattr(desk, name, value)
    desk.save()
    return desk


def prove(nonce: str, bits: int) -> str:
    """Do what the script of the form does."""
    return next(str(n) for n in count() if proof_of_work.proves(nonce, str(n), bits))


def token_of(age: float = 60, bits: int = 8) -> tokens.FormToken:
    """Return the token of a form that somebody has filled in for a while, with an easy proof."""
    return tokens.FormToken.give_out(bits, time.time() - age)


def send(
    client: Client, desk: Desk, token: tokens.FormToken | None = None, proof: str | None = None, **fields: Any
) -> Any:
    """Send a filled-in form; with a proof unless another is given."""
    token = token or token_of(bits=proof_of_work.EASIEST - 2)
    proof = prove(token.nonce, token.bits) if proof is None else proof
    return client.post(f"/report/{desk.public_name}/", {**FILLED, "token": token.signed(), "proof": proof, **fields})


def code_in(answer: Any) -> str:
    """Return the receipt code that a page shows."""
    return str(answer.context["secret"].value)
