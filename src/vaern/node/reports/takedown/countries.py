"""The country of a host: anywhere, chosen by its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from vaern.node.organisations import countries
from vaern.node.organisations.queries import country_names


def _choices(held: str = "") -> list[tuple[Any, Any]]:
    known = country_names()
    others = countries.elsewhere(known)
    if held and held not in known and held not in dict(others):
        others.insert(0, (held, countries.named(held, known)))
    return [("", _("Not known")), (_("Countries of the alliance"), [*known.items()]), (_("Other countries"), others)]


class CountryField(forms.ChoiceField):
    """A country by its name. A code that ISO 3166-1 gives to none stays where a record holds it, and is not offered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_choices, required=False, **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Offer what the record holds beside what can be chosen."""
        held = form.get_initial_for_field(self, field_name) or ""
        self.choices = _choices(str(held))
        return super().get_bound_field(form, field_name)
