"""What the pages of this app ask."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class MailForm(forms.Form):
    """Which mail somebody wants of what waits for them."""

    daily = forms.BooleanField(
        label=_("Each working morning, if something waits"),
        help_text=_("Between seven and noon, where your organisation is."),
        required=False,
    )
    urgent = forms.BooleanField(
        label=_("At once, when something urgent arrives"),
        help_text=_("A child may be in danger. Looked at every five minutes."),
        required=False,
    )
