"""Forms of the cross-check desk, and of those who ask it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WORKING, WorkForm
from vaern.node.crosscheck.desk.labels import BECAUSE
from vaern.node.ledger.rules import Why


class NudgeForm(WorkForm):
    """Why both sides should talk: what the desk sees."""

    because = forms.ChoiceField(
        label=_("What both sides are told"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in BECAUSE.items()],
    )
    field_order = ("because", "why", "words")


def _country(label: Any) -> forms.RegexField:
    return forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=label,
        required=False,
        max_length=2,
        help_text=_("Two letters, as a trace said."),
        error_messages={"invalid": _("A country is two letters.")},
    )


class CountryForm(WorkForm):
    """What a trace said, and why the country is asked for."""

    host = _country(_("Country of the host"))
    address = _country(_("Country of the network address"))
    field_order = ("host", "address", "why", "words")

    def clean_host(self) -> str:
        """Write it in capitals."""
        return str(self.cleaned_data["host"]).upper()

    def clean_address(self) -> str:
        """Write it in capitals."""
        return str(self.cleaned_data["address"]).upper()


class AnswerForm(WorkForm):
    """Pass the answer on, or say that there is none."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[("pass", _("Pass on the countries with their reasons")), ("decline", _("Say that it cannot be said"))],
    )
    field_order = ("answer", "why", "words")


class NamingForm(WorkForm):
    """Whether the organisation's country may be named: a setting, which those decide on who keep its desk."""

    whys = (Why.ADMINISTRATION, *WORKING)

    country = forms.BooleanField(
        label=_("Our country may be named to those who hold the same keys"),
        required=False,
        help_text=_("Only as one line of a proposal: never the organisation, never a record."),
    )
    field_order = ("country", "why", "words")
