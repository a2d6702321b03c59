"""What people fill in about any record of casework: keep it longer, say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.retention.actions import check_end_date
from vaern.node.ledger.rules import Why
from vaern.node.web.fields import DayInput
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from datetime import date

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


class KeepForm(WorkForm):
    """Until when a record is still needed."""

    until = forms.DateField(label=_("New end date"), widget=DayInput())
    field_order = ("until", "why", "words")

    def clean_until(self) -> date:
        """Refuse a day that may not be chosen."""
        until = self.cleaned_data["until"]
        try:
            check_end_date(until)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return until  # type: ignore[no-any-return]
