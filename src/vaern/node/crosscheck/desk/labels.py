"""Names of the codes of this room, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.rules.desk import Because
from vaern.node.organisations.countries import named
from vaern.node.organisations.queries import country_names

if TYPE_CHECKING:
    from collections.abc import Iterable

BECAUSE: dict[Because, Any] = {
    Because.MANY_KEYS: _("You share many values"),
    Because.SPECIFIC_KEY: _("You share a value that points at one thing or person"),
    Because.MANY_MEMBERS: _("Several organisations hold the same"),
    Because.ONE_IDENTIFIED: _("One of you has identified somebody"),
}
SIGNS: dict[str, Any] = {
    "hypothesis": _("Work on the same points to this country"),
    "held": _("Organisations of this country hold the same"),
    "address": _("The network address is there"),
    "host": _("The host is there"),
}


def countries(codes: Iterable[str]) -> dict[str, str]:
    """Return names of countries by code, from the directory or else from CLDR."""
    known = country_names()
    return {code: named(code, known) for code in codes}
