"""What travels in a hidden field, so that the node keeps no session: the form's own number, and an opened dialogue."""

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
    """One form of a report that was given out; whatever it is sent for makes one report."""

    SALT = "vaern report form"

    @property
    def code(self) -> str:
        """The receipt code of its report: the same when the form is sent twice. Nobody without the secret makes it."""
        return codes.code_from(keyed(self.nonce, "receipt code"))

    @property
    def reference(self) -> str:
        """By which its report is recognised when the form is sent twice; leads back neither to form nor code."""
        return keyed(self.nonce, "receipt reference").hex()[:32]


def opened(report: UUID) -> str:
    """Return what lets the page of a dialogue add words without holding the code. It says nothing to who reads it."""
    return token_of(report, _DIALOGUE)


def report_of(opened: str) -> UUID | None:
    """Return the report whose dialogue was opened, or None if that was too long ago, or it is not ours."""
    return id_of(opened, _DIALOGUE, public_form.DIALOGUE_LASTS)
