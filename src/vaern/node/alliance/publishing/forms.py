"""What the secretariat fills in to release figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.publishing import labels
from vaern.node.alliance.publishing.actions import LONGEST_EXPLANATION
from vaern.node.alliance.rules.releases import MOST_YEARS, Scope
from vaern.node.ledger.rules import Why
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from vaern.node.alliance.models import PublicRelease

MOST_RELEASES = 99_999_999
WHYS = (Why.ADMINISTRATION, Why.OTHER)


class ScopeForm(forms.Form):
    """What a release covers, and which it corrects."""

    first = forms.IntegerField(label=_("From the year"), min_value=2000, max_value=2100)
    last = forms.IntegerField(label=_("To the year"), min_value=2000, max_value=2100)
    depth = forms.ChoiceField(
        label=_("Periods"),
        choices=list(labels.DEPTHS.items()),
        initial="quarters",
        help_text=_("The finer the periods, the more has to be left out. Only periods that ended a week ago are told."),
    )
    corrects = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=MOST_RELEASES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = timezone.localdate().year
        self.fields["first"].initial, self.fields["last"].initial = year - 1, year

    def clean(self) -> dict[str, Any]:
        """Refuse years in the wrong order, and too many."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and not first <= last < first + MOST_YEARS:
            raise ValidationError(_("Choose up to %(most)s years, the earlier first."), params={"most": MOST_YEARS})
        return cleaned

    @property
    def scope(self) -> Scope:
        """What it says; only after `is_valid()`."""
        given = self.cleaned_data
        return Scope(given["first"], given["last"], given["depth"])


class ReleaseForm(ReasonForm):
    """The release of what was seen."""

    explanation = forms.CharField(
        label=_("What everybody reads of it"),
        required=False,
        max_length=LONGEST_EXPLANATION,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands on the public page. Of a correction: what was wrong."),
    )
    explanation_da = forms.CharField(
        label=_("The same in Danish"),
        required=False,
        max_length=LONGEST_EXPLANATION,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Left empty, the Danish page shows the English."),
    )
    field_order = ("explanation", "explanation_da", "why", "words")

    def __init__(self, *args: Any, corrects: PublicRelease | None = None, **kwargs: Any) -> None:
        super().__init__(*args, whys=WHYS, **kwargs)
        self.fields["explanation"].required = corrects is not None

    @property
    def explanations(self) -> tuple[str, str]:
        """In English and in Danish; only after `is_valid()`."""
        return self.cleaned_data["explanation"], self.cleaned_data["explanation_da"]
