"""What of a report is refused at more than one field of a form."""

from __future__ import annotations

from vaern.node.base.refusals import Refusal


class AnswersRefusal(Refusal):
    """Answers that cannot all be true.

    Attributes:
        fields: of the form of an assessment, at each of which it is said.
    """

    def __init__(self, message: object, fields: tuple[str, ...]) -> None:
        super().__init__(message)
        self.fields = fields
