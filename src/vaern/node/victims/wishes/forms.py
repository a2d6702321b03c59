"""Forms for survivors and those who help them. None asks who somebody is or what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.wishes import Told
from vaern.node.victims.wishes import queries
from vaern.node.victims.wishes.labels import TOLD

if TYPE_CHECKING:
    from vaern.node.victims.models import Series

ONE_OF_TWO = "victims/wishes/one_of_two.html"


class WishForm(forms.Form):
    """Hashes, pasted or as the file that `vaern hash --json` writes; and whether somebody wants to be told.

    One of the two is needed, so neither is marked as optional.
    """

    hashes = forms.CharField(  # type: ignore[call-arg] # the stubs know no template_name
        label=_("Numbers (hashes)"),
        required=False,
        max_length=rules.LONGEST_TEXT,
        template_name=ONE_OF_TWO,
        help_text=_("One on each line, or all that the program printed. Never a picture: this page cannot take one."),
        widget=forms.Textarea(
            attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    file = forms.FileField(  # type: ignore[call-arg]
        label=_("Or choose the text file with the hashes"),
        required=False,
        template_name=ONE_OF_TWO,
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.txt,.csv"}),
    )
    told = forms.ChoiceField(
        label=_("Do you want to be told if this comes up in a case later?"),
        widget=forms.RadioSelect,
        initial=Told.NEVER.value,
        choices=[(code.value, label) for code, label in TOLD.items()],
        help_text=_("You can change this at any time with your code."),
    )
    homepage = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    found: list[tuple[str, bytes]]

    def clean_homepage(self) -> str:
        """Reject a filled honeypot field: people only see it once it has been filled in."""
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(_("A program seems to have filled in this field. Empty it, and send again."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Parse the hashes; everything else, file names included, is dropped here."""
        cleaned = super().clean() or self.cleaned_data
        text = cleaned.get("hashes", "")
        if upload := cleaned.get("file"):
            try:
                text = f"{text}\n{upload.read().decode('utf-8')}"
            except UnicodeDecodeError:
                self.add_error("file", _("This is not a text file. Only hashes are taken, never pictures."))
            finally:
                upload.close()
        self.found, _wrong = rules.hashes_in(text)
        if not self.found and not self.errors:
            self.add_error("hashes", _("There is nothing to send yet. Choose your pictures first."))
        elif len(self.found) > rules.MOST_HASHES:
            self.add_error("hashes", _("At most %(most)s at once.") % {"most": rules.MOST_HASHES})
        return cleaned


class ToldForm(forms.Form):
    """Whether a survivor wants to be notified, changed by code."""

    told = forms.ChoiceField(
        label=_("Do you want to be told if this comes up in a case later?"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in TOLD.items()],
    )
    opened = forms.CharField(max_length=300, widget=forms.HiddenInput)


class NoteForm(WorkForm):
    """Who speaks with the survivor, and which series their material is in."""

    contact = forms.CharField(
        label=_("Contact, as a reference"),
        required=False,
        max_length=rules.LONGEST_CONTACT,
        help_text=_("Such as the file number of the child house. No name, no address: they know who it is."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    series = forms.CharField(
        label=_("Code of the series"),
        required=False,
        max_length=9,
        help_text=_("If you know in which series of your organisation their material is."),
    )
    field_order = ("contact", "series", "why", "words")

    def clean_series(self) -> Series | None:
        """Return the series of one's own organisation with this code."""
        code = self.cleaned_data["series"].strip()
        if not code:
            return None
        found = queries.series_by_code(code)
        if found is None:
            raise forms.ValidationError(_("There is no series of this code."))
        return found
