"""What people fill in about signed releases."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.rules.proposals import Proposes
from vaern.node.lists.signing.labels import NEVER, PROPOSES

LARGEST = 2_000_000
"""Bytes of a proposal with its signatures."""


class EveryForm(WorkForm):
    """How often a list proposes a signed release by itself."""

    every = forms.ChoiceField(
        label=_("When something changed"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", NEVER), *((one.value, label) for one, label in PROPOSES.items())],
    )
    field_order = ("every", "why", "words")

    @property
    def proposes(self) -> Proposes | None:
        """What was chosen; only after `is_valid()`."""
        given = self.cleaned_data["every"]
        return Proposes(given) if given else None


class HandInForm(WorkForm):
    """A proposal that came back signed."""

    file = forms.FileField(
        label=_("Signed proposal"),
        max_length=200,
        help_text=_("The file that was downloaded here, with signatures added."),
    )
    field_order = ("file", "why", "words")
