"""Forms to ask, agree and refuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.crosscheck.base.labels import LEVELS, REFUSALS
from vaern.node.crosscheck.rules.disclosures import LONGEST_CONTACT, Level


class AskForm(WorkForm):
    """What both would learn, and why."""

    level = forms.ChoiceField(
        label=_("What would both sides learn?"),
        widget=forms.RadioSelect,
        initial=Level.ORGANISATION.value,
        choices=[(code.value, more) for code, (_label, more) in LEVELS.items()],
    )
    contact = forms.CharField(
        label=_("How your desk is reached"),
        required=False,
        max_length=LONGEST_CONTACT,
        help_text=_("Needed if both sides shall learn it: an address or a number of the desk, not of a person."),
    )
    field_order = ("level", "contact", "why", "words")

    def clean(self) -> dict[str, Any]:
        """Ask for the contact where it is part of what both would learn."""
        cleaned = super().clean()
        if cleaned.get("level") == Level.CONTACT and not cleaned.get("contact", "").strip():
            self.add_error("contact", _("Say how your desk is reached."))
        return cleaned


class AgreeForm(WorkForm):
    """How the desk is reached, where that was asked for, and why."""

    contact = forms.CharField(
        label=_("How your desk is reached"),
        max_length=LONGEST_CONTACT,
        help_text=_("An address or a number of the desk, not of a person."),
    )
    field_order = ("contact", "why", "words")

    def __init__(self, *args: Any, level: Level, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if level is not Level.CONTACT:
            del self.fields["contact"]


class RefuseForm(WorkForm):
    """The ground for a refusal, coarse."""

    refusal = forms.ChoiceField(
        label=_("What the other side is told"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in REFUSALS.items()],
    )
    field_order = ("refusal", "why", "words")
