"""What people fill in about signed releases."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm

LARGEST = 2_000_000
"""Bytes of a proposal with its signatures."""


class HandInForm(WorkForm):
    """A proposal that came back signed."""

    file = forms.FileField(
        label=_("Signed proposal"),
        max_length=200,
        help_text=_("The file that was downloaded here, with signatures added."),
    )
    field_order = ("file", "why", "words")
