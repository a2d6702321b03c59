"""What people fill in about external identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.external import labels, rules
from vaern.node.external.sealed_values import Given
from vaern.node.external.systems import open_on
from vaern.node.law.labels import said
from vaern.node.organisations import countries
from vaern.node.organisations.queries import country_names

if TYPE_CHECKING:
    from vaern.node.external.queries import Line

UNLESS = "default"
"""The choice that leaves it to the system how far its identifiers go along."""


class ExternalForm(WorkForm):
    """One external identifier, new or as it shall stand."""

    system = forms.ChoiceField(label=_("System"), help_text=_("Whose identifier it is. Never guess one."))
    value = forms.CharField(
        label=_("Identifier"),
        max_length=rules.LONGEST,
        help_text=_("As it stands there. Case, spaces and dashes make no difference to a search."),
    )
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Whose number it is; needed of a national case number.")
    )
    holder = forms.CharField(
        label=_("Organisation or company"),
        required=False,
        max_length=rules.LONGEST_HOLDER,
        help_text=_("Whose number it is, where the system has many. No person."),
    )
    along = forms.ChoiceField(
        label=_("Goes along"),
        widget=forms.RadioSelect,
        initial=UNLESS,
        help_text=_("With a release, a forwarding or a hand-over of this record. A recipient never passes it further."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=rules.LONGEST_NOTE, help_text=_("In a few words. No names.")
    )
    field_order = ("system", "value", "country", "holder", "along", "note", "why", "words")

    def __init__(self, *args: Any, line: Line | None = None, **kwargs: Any) -> None:
        given = kwargs.pop("initial", None) or {}
        if line is not None and line.written is not None:
            row, written = line.row, line.written
            given = {
                "system": row.system,
                "value": written.value,
                "country": row.country,
                "holder": written.holder,
                "along": row.along or "stays",
                "note": written.note,
                **given,
            }
        super().__init__(*args, initial=given, **kwargs)
        self.systems = open_on()
        known = country_names()
        everybody = [*known.items(), *countries.elsewhere(known)]
        along = [(code or "stays", label) for code, label in labels.ALONG.items()]
        default = [] if line is not None else [(UNLESS, _("As is usual for this system"))]
        for name, choices in (
            ("system", [(code, said(one.name)) for code, one in self.systems.items()]),
            ("country", [("", "–"), *everybody]),
            ("along", [*default, *along]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if line is not None:
            self.fields["along"].initial = given.get("along")

    def clean(self) -> dict[str, Any]:
        """Refuse what is none of its system."""
        cleaned = super().clean()
        system = self.systems.get(cleaned.get("system", ""))
        if system is not None and cleaned.get("value"):
            wrong = rules.problem(system, cleaned["value"], cleaned.get("country", ""), cleaned.get("holder", ""))
            if wrong is not None:
                field = {rules.Problem.COUNTRY: "country", rules.Problem.HOLDER: "holder"}.get(wrong, "value")
                self.add_error(field, str(labels.PROBLEMS[wrong]))
        return cleaned

    @property
    def given(self) -> Given:
        """What was given."""
        found = self.cleaned_data
        along = found["along"]
        if along == UNLESS:
            along = self.systems[found["system"]].along
        return Given(
            found["system"],
            found["value"],
            found["country"],
            found["holder"],
            "" if along == "stays" else along,
            found["note"],
        )


class WithdrawForm(WorkForm):
    """Why an identifier is withdrawn: in words that stay with it."""

    because = forms.CharField(
        label=_("The reason, in words"),
        max_length=rules.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays with the identifier. No names."),
    )
    field_order = ("because", "why", "words")
