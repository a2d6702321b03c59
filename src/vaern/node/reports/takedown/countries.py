"""The form field for the country of a host, which may be anywhere."""

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
    """A country by its name. A stored code that is not in ISO 3166-1 stays valid, but is not offered elsewhere."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_choices, required=False, **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Add the record's stored code to the choices."""
        held = form.get_initial_for_field(self, field_name) or ""
        self.choices = _choices(str(held))
        return super().get_bound_field(form, field_name)
