"""The form for exporting a report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import PlainReasonForm


class ExportForm(PlainReasonForm):
    """The recipient of the document, and the reason."""

    to_whom = forms.CharField(
        label=_("To whom, and for what"),
        max_length=200,
        help_text=_("The authority or unit that will receive it. No name of a person."),
    )
    field_order = ("to_whom", "why", "words")
