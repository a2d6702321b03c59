"""Countries by their names: those of the alliance as its directory has them, every other by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from vaern.formats.cybertipline_shape import ENUMS
from vaern.node.organisations.queries import country_names

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES = sorted(code for code in ENUMS["country"] if code.isalpha())
"""ISO 3166-1: a host may be anywhere."""


def named(code: str, known: Mapping[str, str]) -> str:
    """Return what people read of a code; "–" where no country is known."""
    return known.get(code, code) or "–"


def _choices() -> list[tuple[Any, Any]]:
    known = country_names()
    others = [(code, code) for code in CODES if code not in known]
    return [("", _("Not known")), (_("Countries of the alliance"), [*known.items()]), (_("Others, by code"), others)]


class CountryField(forms.ChoiceField):
    """A country, chosen by its name where the alliance has one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_choices, required=False, **kwargs)
