"""Refusals that concern more than one field of a form."""

from __future__ import annotations

from vaern.node.base.refusals import Refusal


class AnswersRefusal(Refusal):
    """Answers that cannot all be true.

    Attributes:
        fields: the fields of the assessment form at which the message is shown.
    """

    def __init__(self, message: object, fields: tuple[str, ...]) -> None:
        super().__init__(message)
        self.fields = fields
