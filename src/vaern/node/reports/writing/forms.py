"""The form for what came by telephone, by letter, by mail or at the door."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.arrivals import Arrival, Location
from vaern.node.ledger.rules import Why
from vaern.node.reports.public.forms import PublicForm, without_controls
from vaern.node.reports.public.tokens import FormToken
from vaern.node.reports.rules import public_form
from vaern.node.reports.writing import labels
from vaern.node.web.conditions import When
from vaern.node.web.sections import Section, SectionedForm

WRITING = (Why.ASSESSMENT, Why.INVESTIGATION, Why.REMOVAL, Why.OTHER)


def _line(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", **attrs})


def _radios(choices: dict[str, Any], label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices.items()), widget=forms.RadioSelect, **more)


class CallForm(SectionedForm):
    """What somebody reported by telephone, by letter, by mail or at the door."""

    SECTIONS = (
        Section("how", _("How it came"), ("document", "language"), required=True),
        Section("danger", _("Is a child in danger now?"), ("danger", "danger_text"), required=True),
        Section("what", _("What is reported"), ("kind", "ongoing", "about", "told"), required=True),
        Section(
            "where",
            _("Where it is"),
            ("addresses", "service", "account", "day"),
            _("What the caller knows. One of them is enough."),
            required=True,
        ),
        Section("who", _("Who reports, and how we answer"), ("answer", "name", "contact"), required=True),
    )
    WHEN: ClassVar = {
        "danger_text": When("danger", "yes"),
        "ongoing": When("kind", " ".join(sorted(public_form.TO_A_CHILD))),
        "about": When("kind", " ".join(sorted(public_form.TO_A_CHILD))),
        "name": When("answer", "contact"),
        "contact": When("answer", "contact"),
    }
    NEEDS = ("contact",)

    document = _radios(labels.CHANNELS, _("How did it come?"))
    language = forms.ChoiceField(
        label=_("Language that was spoken or written"), choices=list(labels.LANGUAGES.items()), required=False
    )
    danger = _radios(labels.DANGER, _("Is a child in danger right now?"))
    danger_text = forms.CharField(
        label=_("Why, as the caller says"),
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No name of a child. Names and places go to the police by telephone."),
    )
    kind = _radios(labels.KINDS, _("What is it?"))
    ongoing = _radios(labels.ONGOING, _("Does it still go on?"), required=False)
    about = _radios(labels.ABOUT, _("Who is the child to whoever reports?"), required=False)
    told = forms.CharField(
        label=_("What was said or written"),
        required=False,
        max_length=public_form.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In their words, as far as you can. No name of a child, and no description of material."),
    )
    addresses = forms.CharField(
        label=_("Web addresses"),
        required=False,
        max_length=public_form.MOST_ADDRESSES * public_form.LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 2, "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("One on each line. Spell them back to the caller."),
    )
    service = forms.CharField(
        label=_("Name of the app, game or website"), required=False, max_length=200, widget=_line()
    )
    account = forms.CharField(label=_("User name of who did it"), required=False, max_length=200, widget=_line())
    day = forms.DateField(
        label=_("When was it seen?"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    answer = _radios(labels.ANSWERS, _("How does whoever reports learn what came of it?"))
    name = forms.CharField(
        label=_("Who reports, as they call themselves"), required=False, max_length=150, widget=_line()
    )
    contact = forms.CharField(
        label=_("Telephone, mail or postal address for our answer"), required=False, max_length=300, widget=_line()
    )
    token = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WRITING, **kwargs)
        self.fields["token"].initial = FormToken.give_out(0).signed()
        self.fields["language"].initial = get_language() or "en"

    clean_addresses = PublicForm.clean_addresses
    clean_service = PublicForm.clean_service
    clean_account = PublicForm.clean_account
    clean_day = PublicForm.clean_day

    def clean_token(self) -> FormToken:
        """Return the form's own id: sent twice, it makes one report."""
        return FormToken.read(self.cleaned_data["token"]) or FormToken.give_out(0)

    def clean(self) -> dict[str, Any]:
        """Require something that was said, or a place."""
        cleaned = super().clean()
        for name in ("danger_text", "name", "contact"):
            if isinstance(cleaned.get(name), str):
                cleaned[name] = " ".join(without_controls(cleaned[name]).split())
        where = ("addresses", "service", "account")
        if not any(self.errors.get(name) or cleaned.get(name) for name in (*where, "told")):
            self.add_error(
                "addresses", _("Say where it is: an address, the app, or a user name; or write what was said.")
            )
        return cleaned

    @property
    def wants_receipt(self) -> bool:
        """Whether a code is read to the caller; only after `is_valid()`."""
        return bool(self.cleaned_data["answer"] == "code")

    def arrival(self, zone: str) -> Arrival:
        """Return the report as it arrives.

        Args:
            zone: IANA name of the desk's time zone; a day is noted as its noon there.
        """
        given = self.cleaned_data
        noon = datetime.combine(given["day"], time(12), ZoneInfo(zone)).astimezone(UTC) if given["day"] else None
        contact = ", ".join(part for part in (given["name"], given["contact"]) if part)
        places = given["addresses"] or ([""] if given["service"] or given["account"] else [])
        yes = {"yes": True, "no": False}
        return Arrival(
            given["document"],
            given["token"].reference,
            given["kind"],
            danger_now=yes.get(given["danger"]),
            ongoing=yes.get(given["ongoing"]),
            danger_text=given["danger_text"],
            about=given["about"],
            incident_at=noon,
            narrative=without_controls(given["told"]),
            locations=tuple(Location(url, given["service"], given["account"], seen_at=noon) for url in places),
            contact=contact,
            language=given["language"],
        )
