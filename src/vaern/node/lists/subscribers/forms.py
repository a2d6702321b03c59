"""What people fill in about the subscribers of a list."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.web.fields import ManyFiles

LARGEST = 2_000_000
"""Bytes of the files that are handed in at once."""

LEAST, MOST = 8, 64
"""Characters of the id of a key that its owner reads out, and that it has."""


class EnrolForm(WorkForm):
    """A subscriber's public key, and how its owner called it."""

    file = forms.FileField(
        label=_("Public key"), max_length=200, help_text=_("The subscriber's file that ends in .pub.json.")
    )
    heard = forms.CharField(
        label=_("How the id of the key begins"),
        max_length=200,
        help_text=_(
            "At least eight characters, as the subscriber reads them to you on the telephone: “vaern lists key” says "
            "them. Copied out of the file they prove nothing."
        ),
    )
    field_order = ("file", "heard", "why", "words")

    def clean_heard(self) -> str:
        """Return the characters alone, however they were grouped."""
        heard = "".join(str(self.cleaned_data["heard"]).split()).lower()
        if not LEAST <= len(heard) <= MOST or set(heard) - set("0123456789abcdef"):
            raise ValidationError(_("An id has digits and the letters a to f: give at least eight of them."))
        return heard


class HandInForm(WorkForm):
    """Acknowledgements that came."""

    sent = ManyFiles(
        label=_("Acknowledgements"),
        max_length=200,
        help_text=_("One or more files that subscribers sent, as “vaern lists acknowledge” wrote them."),
    )
    field_order = ("sent", "why", "words")
