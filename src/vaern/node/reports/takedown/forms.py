"""Forms for locations, hosts and blocks, and a host's answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Why
from vaern.node.reports.rules import takedown
from vaern.node.reports.takedown.countries import CountryField
from vaern.node.reports.takedown.labels import ANSWERS, KINDS
from vaern.node.web.conditions import ConditionalForm, When
from vaern.node.web.fields import DayInput, MomentField
from vaern.node.web.reasons import ReasonForm

WORKING = (Why.REMOVAL, Why.ASSESSMENT, Why.INVESTIGATION, Why.VICTIM_IDENTIFICATION, Why.OTHER)
LANGUAGES = [("en", _("English")), ("da", _("Danish"))]


class PlainForm(ReasonForm):
    """The reason for an act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)
        self.fields["why"].initial = Why.REMOVAL.value


class TraceForm(PlainForm):
    """The host of a location, and the evidence.

    Args:
        hosts: the organisation's list.
    """

    host: Any = forms.ModelChoiceField(
        label=_("Hosting provider"), queryset=None, empty_label=_("Not known"), required=False
    )
    owner: Any = forms.ModelChoiceField(label=_("Owner of the site"), queryset=None, empty_label="–", required=False)
    registrar: Any = forms.ModelChoiceField(label=_("Registrar"), queryset=None, empty_label="–", required=False)
    ip = forms.GenericIPAddressField(label=_("IP address"), required=False)
    network = forms.CharField(
        label=_("Network"), required=False, max_length=40, help_text=_("Its number, such as AS64496.")
    )
    country = CountryField(label=_("Country"))
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the registries answered, and when. No link to the content."),
    )
    field_order = ("host", "owner", "registrar", "ip", "network", "country", "evidence", "why", "words")

    def __init__(self, *args: Any, hosts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ("host", "owner", "registrar"):
            self.fields[kind].queryset = hosts.filter(kind=kind)  # type: ignore[attr-defined]


class NotifyForm(PlainForm):
    """Whether the notice names the organisation."""

    named = forms.BooleanField(
        label=_("Name our organisation"),
        required=False,
        initial=True,
        help_text=_("Unticked, the notice leaves the name out, and says which law allows that where one does."),
    )
    field_order = ("named", "why", "words")


class HoldForm(PlainForm):
    """The reason and the end of a police hold."""

    until = MomentField(label=_("Until"), help_text=_("The hold ends then by itself."))
    why_wait = forms.CharField(
        label=_("Why the notice has to wait"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to whoever waits. No details of the investigation."),
    )
    field_order = ("until", "why_wait", "why", "words")


class CheckForm(PlainForm):
    """The result of a check, and its moment."""

    there = forms.TypedChoiceField(
        label=_("What did you find?"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "there",
        choices=[("there", _("It is there")), ("missed", _("It is not there"))],
        empty_value=None,
    )
    at = MomentField(label=_("When"), required=False, help_text=_("Empty: now."))
    field_order = ("there", "at", "why", "words")


class FollowForm(PlainForm):
    """The address to which the material moved."""

    url = forms.CharField(
        label=_("New address"),
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As text; a defanged address is understood. It is sealed, and nobody opens it from here."),
    )
    field_order = ("url", "why", "words")


class BlockForm(PlainForm):
    """The reasons and the review date of a block."""

    because = forms.CharField(
        label=_("Why it is blocked"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to whoever appeals."),
    )
    review_date = forms.DateField(
        label=_("Review date"), widget=DayInput(), help_text=_("It is lifted then unless a person renews it.")
    )
    field_order = ("because", "review_date", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_date"].initial = timezone.localdate() + takedown.BLOCK_LASTS


class RenewForm(PlainForm):
    """The next review date of a block."""

    review_date = forms.DateField(label=_("New review date"), widget=DayInput())
    field_order = ("review_date", "why", "words")


class DecideForm(PlainForm):
    """The decision on an appeal."""

    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
        choices=[("yes", _("The appeal is right: lift the block")), ("no", _("The block stays"))],
    )
    field_order = ("upheld", "why", "words")


class ExportForm(PlainForm):
    """The recipient and the key of an exported blocking list."""

    to_whom = forms.CharField(
        label=_("To whom"),
        max_length=200,
        help_text=_("Who sees addresses: a platform, a search engine, a proxy. An access provider gets domains."),
    )
    key = forms.CharField(
        label=_("Key agreed with them"),
        min_length=32,
        max_length=200,
        widget=forms.PasswordInput,
        help_text=_("At least 32 characters, told to them another way. Without it nobody can read the list."),
    )
    without = forms.BooleanField(
        label=_("Leave out what may not be blocked any more"),
        required=False,
        help_text=_("The list says how many entries that are."),
    )
    field_order = ("to_whom", "key", "without", "why", "words")


class HostForm(forms.Form):
    """A party that can be notified."""

    kind = forms.ChoiceField(label=_("What it is"), choices=list(KINDS.items()))
    name = forms.CharField(label=_("Name"), max_length=200)
    abuse = forms.EmailField(
        label=_("Mail address for notices"),
        required=False,
        max_length=254,
        help_text=_("Its abuse contact. Without it no notice can be sent."),
    )
    language = forms.ChoiceField(label=_("Language of its notices"), choices=LANGUAGES)
    country = CountryField(label=_("Country"))
    network = forms.CharField(label=_("Network"), required=False, max_length=40)

    def clean_name(self) -> str:
        """Refuse text that cannot be shown in one line."""
        name = str(self.cleaned_data["name"]).strip()
        if not name.isprintable():
            raise forms.ValidationError(_("It holds signs that cannot be shown."))
        return name


class AnswerForm(ConditionalForm):
    """A host's answer; when it removed it or where it moved, if it says so."""

    WHEN: ClassVar = {"removed_at": When("said", "removed"), "moved_to": When("said", "moved")}
    NEEDS: ClassVar = {"moved_to": _("Say where it went.")}

    said = forms.ChoiceField(label=_("What did you do?"), widget=forms.RadioSelect, choices=list(ANSWERS.items()))
    removed_at = MomentField(
        label=_("When it was removed"), required=False, help_text=_("Empty: now. Coordinated Universal Time.")
    )
    moved_to = forms.CharField(
        label=_("Where it moved"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("An address, or the name of the other provider. Text only."),
    )
    words = forms.CharField(
        label=_("Anything we should know, or what you need to know"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """Require the fields of the chosen answer."""
        cleaned = super().clean()
        if cleaned.get("said") == "need_more" and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say what you need to know."))
        if (at := cleaned.get("removed_at")) and at > timezone.now() + timedelta(minutes=1):
            self.add_error("removed_at", _("The time of removal cannot lie ahead."))
        return cleaned


class AppealForm(forms.Form):
    """An appeal against a block."""

    words = forms.CharField(
        label=_("Why the block is wrong"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Do not describe or send the content."),
    )
