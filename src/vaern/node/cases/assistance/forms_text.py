"""What people fill in of a request itself: under which instrument, and what that instrument asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance import labels
from vaern.node.cases.rules.assistance import Translation
from vaern.node.casework.forms import WorkForm
from vaern.node.law.labels import said
from vaern.node.web.sections import Section, Sectioned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.cases.rules.instruments import Field, Form


PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "who": (
        _("Who asks, and who is asked"),
        ("states", "authority", "validation", "addressee", "custodian", "processor"),
    ),
    "case": (
        _("The case, and why it is needed"),
        ("proceeding", "offence", "persons", "necessity", "summary", "urgency", "emergency", "earlier", "remedies"),
    ),
    "what": (
        _("What is asked for"),
        ("evidence", "data", "identifier", "additional", "procedure"),
    ),
    "how": (
        _("How it is to be handled, and until when"),
        ("confidentiality", "deadline", "use", "intention", "notification"),
    ),
    "language": (_("Language and translation"), ("translation",)),
}
"""What a long form asks for, by subject: under each the codes of fields, which stand in the order of the provision."""

LONG = 9
"""From so many fields on a request is asked for part by part; fewer are seen at one glance."""


class DraftForm(WorkForm):
    """A new request: about which data, under which instrument.

    Args:
        choices: instruments that can be used today, in the order of the router.
    """

    instrument = forms.ChoiceField(label=_("Instrument"), widget=forms.RadioSelect)
    language = forms.CharField(label=_("Language of the request"), max_length=40)
    field_order: tuple[str, ...] = ("instrument", "language", "why", "words")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].choices = choices  # type: ignore[attr-defined]


class FieldsForm(Sectioned):
    """The fields of an instrument's form.

    Args:
        form: what the instrument requires.
        values: what was filled in before, by field of the instrument's form.
    """

    ASKED = "asked-"
    """Before the codes of the instrument's fields: no name of a field of our own has a hyphen, so that none is lost."""

    def __init__(self, *args: Any, form: Form, values: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = tuple(self.fields)
        self.asked = {one.code: f"{self.ASKED}{one.code}" for one in form.fields}
        self.required = {self.asked[one.code] for one in form.fields if one.required}
        for one in form.fields:
            self.fields[self.asked[one.code]] = _field(one)
        self.initial.update({name: (values or {}).get(code, "") for code, name in self.asked.items()})
        self.order_fields([*self.asked.values(), *self.own])
        if len(self.asked) < LONG:
            self.undivide()

    @property
    def sections(self) -> list[Section]:
        """The parts of this instrument's form; what none of them knows stands in the last, with our own fields."""
        left = dict(self.asked)
        found = []
        for key, (title, codes) in PARTS.items():
            names = tuple(left.pop(one) for one in self.asked if one in codes)
            found.append(Section(key, title, names, required=not self.required.isdisjoint(names)))
        last = found.pop()
        rest = (*left.values(), *last.fields, *self.own)
        return [*found, replace(last, fields=rest, required=True)]

    def is_needed(self, name: str) -> bool:
        """Whether the instrument requires a field, so that a draft can be handed over."""
        return name in self.required or super().is_needed(name)

    @property
    def values(self) -> dict[str, str]:
        """What was filled in, by field of the instrument's form."""
        return {code: self.cleaned_data[name] for code, name in self.asked.items()}


class WriteForm(FieldsForm):
    """The fields of an instrument's form, and how far the translation is."""

    language = forms.CharField(label=_("Language of the request"), max_length=40)
    translation = forms.ChoiceField(label=_("Translation"), choices=list(labels.TRANSLATIONS.items()))

    @property
    def translated(self) -> Translation:
        """How far the translation is."""
        return Translation(self.cleaned_data["translation"])


def _field(one: Field) -> forms.CharField:
    label = said({"en": one.en, "da": one.da})
    widget = forms.Textarea(attrs={"rows": 3}) if one.kind == "lines" else forms.TextInput()
    help_text = _("For the enforcing authority alone.") if one.withheld else ""
    # Nothing is required to save a draft: completeness says what is missing, and a request without it is not sent.
    return forms.CharField(
        label=f"({one.mark}) {label}" if one.mark else label,
        required=False,
        max_length=10_000,
        widget=widget,
        help_text=help_text,
    )
