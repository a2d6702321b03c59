"""Why somebody does something to a record of casework: the reasons among which they choose."""

from __future__ import annotations

from typing import Any, ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.web.reasons import ReasonForm

WORKING = (
    Why.ASSESSMENT,
    Why.INVESTIGATION,
    Why.VICTIM_IDENTIFICATION,
    Why.LEGAL_ASSISTANCE,
    Why.REMOVAL,
    Why.LIST_QUALITY,
    Why.OTHER,
)
"""The reasons of those who work on a record."""


class WorkForm(ReasonForm):
    """Why somebody who works on a record does something to it."""

    whys: ClassVar[tuple[Why, ...]] = WORKING

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=self.whys, **kwargs)


class PlainReasonForm(WorkForm):
    """Why somebody does something to a record, a data subject's request among the reasons."""

    whys = (*WORKING[:-1], Why.DATA_SUBJECT, Why.OTHER)
