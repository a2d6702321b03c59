"""What people fill in about intakes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.formats import FORMATS
from vaern.node.casework.forms import WorkForm

LARGEST_FILE = 30_000_000
"""Bytes of a file that the page takes at once; larger ones come in pieces."""


class SendListForm(WorkForm):
    """A file that is to become entries of a list, or their change."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=_(
            "Hashes and what is said of them: VICS, NCMEC, StopNCII, ThreatExchange, NSRL, tables, plain text; or what "
            "else the list holds, as a table or one a line. No media."
        ),
    )
    whole = forms.ChoiceField(
        label=_("What is in it?"),
        widget=forms.RadioSelect,
        initial="changes",
        choices=[
            ("changes", _("Additions and changes: what it does not name stays")),
            ("whole", _("All of the list: what it does not name is withdrawn")),
        ],
    )
    format = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=[("", _("Find out by its content")), *((name, name) for name in sorted(FORMATS))],
    )
    columns = forms.CharField(
        label=_("Columns of a table"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only where they are not recognised: one a line, such as Fingerprint = pdq."),
    )
    field_order = ("file", "whole", "format", "columns", "why", "words")

    def clean_columns(self) -> dict[str, str]:
        """Return which column holds what."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["columns"].splitlines():
            if not line.strip():
                continue
            name, equals, role = (part.strip() for part in line.partition("="))
            if not (name and equals and role):
                raise forms.ValidationError(
                    _("“%(line)s” is no column with what it holds."), params={"line": line[:60]}
                )
            found[name] = role
        return found
