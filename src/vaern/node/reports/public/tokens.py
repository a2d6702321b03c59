"""Signed tokens in hidden fields, instead of a session: the form's own id, and an opened dialogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.sealing import keyed
from vaern.node.reports.rules import public_form
from vaern.node.web import codes, proof_of_work
from vaern.node.web.tokens import id_of, token_of

if TYPE_CHECKING:
    from uuid import UUID

_DIALOGUE = "dialogue"


class FormToken(proof_of_work.FormToken):
    """One issued form; however often it is sent, it creates one report."""

    SALT = "vaern report form"

    @property
    def code(self) -> str:
        """The receipt code of its report, equal if the form is sent twice. It cannot be derived without the secret."""
        return codes.code_from(keyed(self.nonce, "receipt code"))

    @property
    def reference(self) -> str:
        """The reference by which its report is recognised if sent twice; it reveals neither form nor code."""
        return keyed(self.nonce, "receipt reference").hex()[:32]


def opened(report: UUID) -> str:
    """Return an opaque token by which the page of a dialogue can add words without holding the code."""
    return token_of(report, _DIALOGUE)


def report_of(opened: str) -> UUID | None:
    """Return the report of a dialogue token; None if it has expired or is not ours."""
    return id_of(opened, _DIALOGUE, public_form.DIALOGUE_LASTS)
