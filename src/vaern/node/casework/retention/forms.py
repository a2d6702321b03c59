"""What is asked of somebody who keeps a record longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import WorkForm
from vaern.node.casework.retention.actions import check_end_date
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from datetime import date


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
