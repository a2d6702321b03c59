"""What a rapporteur fills in about one capability."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.maturity import labels
from vaern.node.alliance.rules import maturity
from vaern.node.web.fields import DayInput


class DeclareForm(forms.Form):
    """In which phase it is, since when that is known, and from what."""

    phase = forms.TypedChoiceField(
        label=_("Phase"),
        widget=forms.RadioSelect,
        coerce=lambda value: maturity.Phase(int(value)),
        choices=[(phase.value, label) for phase, label in labels.PHASES.items()],
    )
    on = forms.DateField(label=_("Day of the assessment"), widget=DayInput(), initial=timezone.localdate)
    source = forms.CharField(
        label=_("Source"),
        max_length=maturity.LONGEST_LINE,
        help_text=_("What it rests on, so that others find it: a self-assessment, a review, who made it."),
    )
