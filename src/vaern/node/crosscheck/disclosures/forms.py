"""Forms to ask, agree and refuse."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.crosscheck.base.labels import LEVELS, REFUSALS
from vaern.node.crosscheck.rules.disclosures import LONGEST_CONTACT, Level
from vaern.node.web.conditions import When


class AskForm(WorkForm):
    """What both would learn, and why."""

    WHEN: ClassVar = {"contact": When("level", Level.CONTACT)}
    NEEDS: ClassVar = {"contact": _("Say how your desk is reached.")}

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
        help_text=_("An address or a number of the desk, not of a person."),
    )
    field_order = ("level", "contact", "why", "words")


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
