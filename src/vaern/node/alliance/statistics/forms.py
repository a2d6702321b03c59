"""What is filled in before statistics are taken out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.statistics import labels
from vaern.node.ledger.rules import LONGEST_NOTE, Reason, Why


class ExportForm(forms.Form):
    """In which form, as which file, and to whom.

    Args:
        everything: every number may be taken out, too.
    """

    form = forms.ChoiceField(label=_("Which numbers?"), widget=forms.RadioSelect)
    file = forms.ChoiceField(
        label=_("As which file?"), widget=forms.RadioSelect, choices=[("csv", "CSV"), ("json", "JSON")], initial="csv"
    )
    to_whom = forms.CharField(
        label=_("To whom?"),
        max_length=LONGEST_NOTE,
        help_text=_("The authority, or where it is published. It stands in the ledger."),
    )

    def __init__(self, *args: Any, everything: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["form"]
        offered = [(code, label) for code, label in labels.FORMS.items() if everything or code != "full"]
        field.choices = offered  # type: ignore[attr-defined]
        field.initial = "published"

    @property
    def reason(self) -> Reason:
        """Why it is taken out: to whom it goes; only after `is_valid()`."""
        return Reason(Why.OVERSIGHT, self.cleaned_data["to_whom"].strip())
