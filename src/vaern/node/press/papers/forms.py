"""The form for a paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.press.base.times import WallField, WhichField, to_moments
from vaern.node.press.rules.papers import LONGEST


class PaperForm(forms.Form):
    """A paper: words, typed or from a text file, and the end of its embargo in the time of the place.

    Args:
        place: IANA name of the event's time zone.
    """

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("It can be seen before the embargo ends."))
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    file = forms.FileField(
        label=_("Or a text file"),
        required=False,
        help_text=_("Plain text (UTF-8). The node takes no other files."),
        widget=forms.FileInput(attrs={"accept": "text/plain,.txt,.md"}),
    )
    embargo = WallField(
        label=_("Embargo until"), help_text=_("In the time of the place. With this second, everybody may read it.")
    )
    which = WhichField(label=_("Do clocks show this time twice that night?"))

    def __init__(self, *args: Any, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place

    def clean(self) -> dict[str, Any]:
        """Take the text from either field, and turn the time into a moment."""
        cleaned = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        if upload is not None:
            try:
                cleaned["text"] = upload.read().decode("utf-8-sig")[: LONGEST + 1]
            except UnicodeDecodeError:
                self.add_error("file", _("This is no plain text in UTF-8."))
        text = cleaned.get("text", "").replace("\r\n", "\n").strip()
        if not 0 < len(text) <= LONGEST and not self.errors:
            self.add_error("text", _("A paper has between 1 and 100,000 characters."))
        cleaned["text"] = text
        to_moments(self, ("embargo",), self.place, cleaned.get("which", ""))
        return cleaned
