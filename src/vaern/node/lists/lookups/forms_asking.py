"""What people paste to look it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.formats.values import LONGEST
from vaern.node.casework.forms import WorkForm
from vaern.node.lists.lookups.asking import MOST, Unreadable, readings

if TYPE_CHECKING:
    from vaern.records import Signal

LARGEST = 4 * MOST * (LONGEST + 2)
"""Bytes of the page's form."""


class AskForm(WorkForm):
    """Values, one a line."""

    pasted = forms.CharField(
        label=_("Values"),
        max_length=MOST * (LONGEST + 2),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "data-unkept": ""}),
        help_text=_(
            "One a line, at most a hundred: hashes in hexadecimal, addresses, domains, keywords or wallets. A line may "
            "say its kind, such as pdq:… or domain:…; else it is asked as all that it can be."
        ),
    )
    field_order = ("pasted", "why", "words")

    def clean_pasted(self) -> list[tuple[str, tuple[Signal, ...]]]:
        """Return each value with what it can stand for; what cannot be read is said with its line."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["pasted"].splitlines(), start=1):
            if not (text := line.strip()):
                continue
            try:
                signals = readings(text)
                why = "" if signals else _("no kind of value looks like this")
            except Unreadable as error:
                signals, why = (), str(error)
            if why:
                wrong.append(_("Line %(line)s: %(why)s") % {"line": number, "why": why})
            found.append((text, signals))
        if len(found) > MOST:
            raise forms.ValidationError(
                _("These are %(n)s values; a hundred can be asked at once."), params={"n": len(found)}
            )
        if wrong:
            raise forms.ValidationError(wrong)
        return found
