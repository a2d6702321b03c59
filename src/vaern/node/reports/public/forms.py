"""Forms of the public pages, and of a desk's answer."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.arrivals import Arrival, Location
from vaern.node.ledger.rules import LONGEST_NOTE, Why
from vaern.node.reports.public import labels
from vaern.node.reports.rules import public_form, standard_answers
from vaern.node.web.lists import LARGEST_ID
from vaern.node.web.reasons import ReasonForm

ANSWERING = (Why.ASSESSMENT, Why.INVESTIGATION, Why.VICTIM_IDENTIFICATION, Why.REMOVAL, Why.OTHER)
OLDEST = timedelta(days=100 * 365)


def _area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off", **attrs})


def _line(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", **attrs})


def without_controls(text: str) -> str:
    """Return text without unprintable characters, with its line breaks."""
    kept = "".join(sign for sign in text.replace("\r\n", "\n") if sign in "\n\t" or sign.isprintable())
    return kept.strip()


class PublicForm(forms.Form):
    """A public report: where, what, when, and whether a child is in danger now. No file, no name.

    For abuse of a child it also asks whether it is ongoing, and whether the reporter is the child.
    """

    danger = forms.ChoiceField(
        label=_("Is a child in danger right now?"),
        choices=list(labels.DANGER.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    addresses = forms.CharField(
        label=_("Web address"),
        required=False,
        max_length=public_form.MOST_ADDRESSES * public_form.LONGEST_ADDRESS,
        help_text=_("Copy it from the address bar. If there are several, one on each line."),
        widget=_area(2, autocapitalize="none", spellcheck="false"),
    )
    service = forms.CharField(
        label=_("Name of the app, game or website"), required=False, max_length=200, widget=_line()
    )
    account = forms.CharField(
        label=_("User name of who did it"),
        required=False,
        max_length=200,
        widget=_line(),
        help_text=_("As it stands there. Never the name of a child."),
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=list(labels.KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest. “I am not sure” is fine too.")},
    )
    ongoing = forms.ChoiceField(
        label=_("Does it still go on?"),
        choices=list(labels.ONGOING.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    about = forms.ChoiceField(
        label=_("To whom does it happen?"),
        choices=list(labels.ABOUT.items()),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Without a name."),
    )
    day = forms.DateField(
        label=_("When did you see it?"),
        required=False,
        help_text=_("The day is enough."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
    )
    words = forms.CharField(
        label=_("What else should we know?"),
        required=False,
        max_length=public_form.LONGEST_WORDS,
        widget=_area(4),
        help_text=_("In your own words. You need not say who you are. No pictures."),
    )
    homepage = forms.CharField(label=_("Leave this empty"), required=False, max_length=200, widget=_line(tabindex="-1"))
    token = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def clean_addresses(self) -> list[str]:
        """Return the addresses, one a line, as typed; intake parses them."""
        found = [line.strip() for line in without_controls(self.cleaned_data["addresses"]).split("\n") if line.strip()]
        if len(found) > public_form.MOST_ADDRESSES:
            raise forms.ValidationError(
                _("%(most)s addresses at most. Send the others with another report."),
                params={"most": public_form.MOST_ADDRESSES},
            )
        if any(len(line) > public_form.LONGEST_ADDRESS for line in found):
            raise forms.ValidationError(
                _("An address is longer than %(most)s signs. Leave out what follows after the page."),
                params={"most": f"{public_form.LONGEST_ADDRESS:,}"},
            )
        return found

    def clean_service(self) -> str:
        """Return the name without unprintable characters."""
        return without_controls(self.cleaned_data["service"])

    def clean_account(self) -> str:
        """Return the name without unprintable characters."""
        return without_controls(self.cleaned_data["account"])

    def clean_words(self) -> str:
        """Return the words without unprintable characters."""
        return without_controls(self.cleaned_data["words"])

    def clean_day(self) -> Any:
        """Refuse a future day, with one day's tolerance for time zones."""
        day, today = self.cleaned_data["day"], timezone.localdate()
        if day and not today - OLDEST < day <= today + timedelta(days=1):
            raise forms.ValidationError(_("This day is not one on which you can have seen it."))
        return day

    def clean_homepage(self) -> str:
        """Refuse a filled honeypot and ask to empty it; people see the field only then."""
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(_("A program seems to have filled in this field. Empty it, and send again."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Require at least one location."""
        cleaned = super().clean() or self.cleaned_data
        where = ("addresses", "service", "account")
        if not any(self.errors.get(name) or cleaned.get(name) for name in where):
            self.add_error("addresses", _("Say where you saw it: an address, the app, or a user name."))
        return cleaned

    @property
    def pressing(self) -> bool:
        """Whether a child is in danger now, or the abuse is ongoing; only after `is_valid()`."""
        return self.cleaned_data["danger"] == "yes" or self._said("ongoing") == "yes"

    def _said(self, name: str) -> str:
        """An answer to what is asked of some kinds of report alone; of another kind it is not one."""
        given = self.cleaned_data
        return given[name] if given["kind"] in public_form.TO_A_CHILD else ""

    def arrival(self, reference: str, zone: str) -> Arrival:
        """Return the report as an arrival.

        Args:
            reference: of the form, so that sending it twice creates one report.
            zone: IANA name of the desk's time zone; a day is noted as its noon there.
        """
        given = self.cleaned_data
        day = given["day"]
        noon = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC) if day else None
        urls = given["addresses"] or [""]
        return Arrival(
            "public",
            reference,
            given["kind"],
            danger_now={"yes": True, "no": False}.get(given["danger"]),
            ongoing={"yes": True, "no": False}.get(self._said("ongoing")),
            about=self._said("about"),  # type: ignore[arg-type]
            incident_at=noon,
            narrative=given["words"],
            locations=tuple(Location(url, given["service"], given["account"], seen_at=noon) for url in urls),
            language=get_language() or "en",
        )


class ReceiptForm(forms.Form):
    """The code of a receipt."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=60,
        required=True,
        help_text=_("Twenty letters and numbers. Spaces, dashes and capitals do not matter."),
        widget=_line(**{"class": "receipt-input"}),
    )
    words = forms.CharField(required=False, max_length=public_form.LONGEST_WORDS, widget=forms.HiddenInput)


class WordsForm(forms.Form):
    """Further words of a reporter."""

    words = forms.CharField(
        label=_("Add something"),
        max_length=public_form.LONGEST_WORDS,
        widget=_area(4),
        help_text=_("In your own words. No pictures, and no name of a child."),
        error_messages={"required": _("Write what you want to add.")},
    )
    danger = forms.BooleanField(label=_("A child is in danger right now"), required=False)
    opened = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def clean_words(self) -> str:
        """Return the words without unprintable characters."""
        found = without_controls(self.cleaned_data["words"])
        if not found:
            raise forms.ValidationError(_("Write what you want to add."))
        return found


class SeenForm(ReasonForm):
    """The reason, and the last message that was read; later ones stay unread."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput)


class AnswerForm(SeenForm):
    """A desk's answer: a standard answer, its own words, or both."""

    answer = forms.ChoiceField(label=_("Standard answer"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the standard answer"),
        widget=forms.RadioSelect,
        choices=[("en", "English"), ("da", "Dansk")],
    )
    message = forms.CharField(
        label=_("Your own words"),
        required=False,
        max_length=public_form.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("They follow the standard answer. Do not ask who the reporter is, and describe no material."),
    )
    field_order = ("answer", "language", "message", "why", "words")

    def __init__(self, *args: Any, language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, whys=ANSWERING, **kwargs)
        chosen = [(one.code, one.title(get_language() or "en")) for one in standard_answers.ANSWERS]
        self.fields["answer"].choices = [("", _("None")), *chosen]  # type: ignore[attr-defined]
        self.fields["language"].initial = language if language in standard_answers.LANGUAGES else "en"
        self.fields["words"].label = _("Your reason in your own words")
        self.fields["words"].widget.attrs["maxlength"] = LONGEST_NOTE

    def clean(self) -> dict[str, Any]:
        """Require an answer."""
        cleaned = super().clean()
        if not cleaned.get("answer") and not without_controls(cleaned.get("message", "")):
            self.add_error("message", _("Choose a standard answer or write one."))
        return cleaned

    @property
    def text(self) -> str:
        """The answer as the reporter reads it; only after `is_valid()`."""
        given = self.cleaned_data
        ready = standard_answers.text_of(given["answer"], given["language"]) if given["answer"] else ""
        return "\n\n".join(part for part in (ready, without_controls(given["message"])) if part)


class MarkReadForm(SeenForm):
    """The reason for marking messages as read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=ANSWERING, **kwargs)
