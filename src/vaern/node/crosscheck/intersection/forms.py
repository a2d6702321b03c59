"""Forms of private comparisons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WORKING, WorkForm
from vaern.node.crosscheck.base.labels import REFUSALS
from vaern.node.ledger.rules import Why


class SwitchForm(WorkForm):
    """Whether it is on with one organisation: a setting, which those decide on who keep the desk."""

    whys = (Why.ADMINISTRATION, *WORKING)

    on = forms.BooleanField(label=_("On for our side"), required=False)
    field_order = ("on", "why", "words")


class RefuseForm(WorkForm):
    """The ground for a refusal, coarse."""

    refusal = forms.ChoiceField(
        label=_("What the other side is told"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in REFUSALS.items()],
    )
    field_order = ("refusal", "why", "words")
