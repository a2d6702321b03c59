"""What people fill in about rows of law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.law.actions import LONGEST_DOCUMENT
from vaern.node.ledger.rules import Why
from vaern.node.web.fields import DayInput
from vaern.node.web.sections import Section

if TYPE_CHECKING:
    from datetime import date


SOURCE = Section("source", _("Where it stands"), ("source", "read"), required=True)
"""The last section of a long form of a `ReadForm`'s kind."""


class LawForm(WorkForm):
    """Why somebody keeps a row of law; of a form with `since` and `until` it holds the days to their order."""

    whys: ClassVar[tuple[Why, ...]] = (Why.LEGAL_ASSISTANCE, Why.ADMINISTRATION, Why.OTHER)

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned


class ReadForm(LawForm):
    """Where a row stands, and on which day whoever fills it in read it there."""

    source = forms.CharField(
        label=_("Source"), max_length=500, help_text=_("Its official address, or the gazette and the number.")
    )
    read = forms.DateField(label=_("Read there on"), widget=DayInput())

    def clean_read(self) -> date:
        """Refuse a day that has not come."""
        read: date = self.cleaned_data["read"]
        if read > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return read


class VerifyForm(LawForm):
    """With which document a row, or a list of rows, was compared."""

    document = forms.CharField(
        label=_("Document"),
        max_length=LONGEST_DOCUMENT,
        help_text=_("Its number, where it is found, and the day on which you read it."),
    )
    field_order: tuple[str, ...] = ("document", "why", "words")


class VerifyListForm(VerifyForm):
    """The same, with the rows that were shown: what somebody corrected meanwhile is not verified unseen."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def clean_shown(self) -> list[int]:
        """Return the numbers of the rows."""
        try:
            return [int(one) for one in self.cleaned_data["shown"].split(",")]
        except ValueError:
            raise forms.ValidationError(_("Look at the list again.")) from None
