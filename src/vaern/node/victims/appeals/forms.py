"""Forms for writing and checking appeals, and the public form for tips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.arrivals import Arrival
from vaern.node.casework.forms import WorkForm
from vaern.node.reports.public.forms import without_controls
from vaern.node.reports.rules.public_form import LONGEST_WORDS
from vaern.node.victims.appeals import labels
from vaern.node.victims.rules import appeals as rules
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.victims.clues.queries import Read


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AppealForm(WorkForm):
    """An object, in words, in both languages."""

    title_en = forms.CharField(label=_("What is it? (English)"), max_length=rules.LONGEST_TITLE)
    text_en = forms.CharField(
        label=_("What does it look like, and what do you want to know? (English)"),
        max_length=rules.LONGEST_TEXT,
        widget=_area(4),
        help_text=_("The object alone: no child, no room, nothing that happened. No picture can be added."),
    )
    title_da = forms.CharField(label=_("What is it? (Danish)"), max_length=rules.LONGEST_TITLE)
    text_da = forms.CharField(
        label=_("What does it look like, and what do you want to know? (Danish)"),
        max_length=rules.LONGEST_TEXT,
        widget=_area(4),
    )
    clues = forms.MultipleChoiceField(
        label=_("Clues that it rests on"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only clues that may be made public stand here. The appeal says no more than they do."),
    )
    ends_on = forms.DateField(label=_("It ends on"), widget=DayInput())
    field_order = ("title_en", "text_en", "title_da", "text_da", "clues", "ends_on", "why", "words")

    def __init__(self, *args: Any, clues: Sequence[Read] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clues"].choices = [(str(read.clue.pk), read.words) for read in clues]  # type: ignore[attr-defined]
        self.fields["ends_on"].initial = timezone.localdate() + rules.LASTS

    def clean_ends_on(self) -> date:
        """Reject a day outside the allowed range."""
        day: date = self.cleaned_data["ends_on"]
        if not timezone.localdate() < day <= timezone.localdate() + rules.LONGEST:
            raise forms.ValidationError(_("The day must lie ahead, within half a year."))
        return day

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """Title and description by language; only after `is_valid()`."""
        given = self.cleaned_data
        return {lang: (given[f"title_{lang}"].strip(), given[f"text_{lang}"].strip()) for lang in ("da", "en")}


class CheckForm(WorkForm):
    """Which of the two checks was done."""

    check = forms.ChoiceField(
        label=_("Which check?"),
        widget=forms.RadioSelect,
        choices=[(check.value, label) for check, label in labels.CHECKS.items()],
    )
    sure = forms.BooleanField(label=_("I read both languages, and I have nothing against it"))
    field_order = ("check", "sure", "why", "words")


class TipForm(forms.Form):
    """What a member of the public knows about an object. No file, no name."""

    words = forms.CharField(
        label=_("What do you know about it?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=_("What it is, where it is sold or was made, since when. You need not say who you are. No pictures."),
        error_messages={"required": _("Write what you know about it.")},
    )
    homepage = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    token = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def clean_words(self) -> str:
        """Return the words without unprintable characters."""
        found = without_controls(self.cleaned_data["words"])
        if not found:
            raise forms.ValidationError(_("Write what you know about it."))
        return found

    def clean_homepage(self) -> str:
        """Reject a filled honeypot field: people only see it once it has been filled in."""
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(_("A program seems to have filled in this field. Empty it, and send again."))
        return ""

    def arrival(self, reference: str, code: str) -> Arrival:
        """Return the tip as it arrives at the desk: it carries the code of the appeal."""
        head = _("Answer to appeal %(code)s") % {"code": code}
        words = f"{head}\n\n{self.cleaned_data['words']}"
        return Arrival("public", reference, "unclear", narrative=words, language=get_language() or "en")
