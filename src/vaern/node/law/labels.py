"""Labels for the codes of rows of law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.node.law.records import Basis
from vaern.node.web.components import Chip
from vaern.node.web.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

BASES: dict[Basis, Any] = {
    Basis.READ: _("Read"),
    Basis.RECALLED: _("From memory"),
    Basis.ASSUMED: _("Figure to plan by"),
}


def said(words: Mapping[str, str]) -> str:
    """Return a text in the language of the page; English where it has no other."""
    language = (get_language() or "en")[:2]
    return words.get(language, "") or words.get("en", "")


def basis(code: str) -> Provenance:
    """Return the sign that says how a row came about."""
    return Provenance(BASES[Basis(code)], is_uncertain=Basis(code) is not Basis.READ)


def came_about(basis: Basis, day: date | None) -> str:
    """Return on which day a row was read in its source or, where nobody read all of it, written down; "" if made up."""
    if day is None:
        return ""
    words = _("Read there on %(day)s.") if basis is Basis.READ else _("Recorded on %(day)s.")
    return str(words % {"day": date_format(day)})


def verified(is_verified: bool) -> Chip | Provenance:
    """Return whether a person has compared a row with its source; that nobody did, a sign says when opened."""
    return Chip(_("Verified"), "good") if is_verified else Provenance(_("Unverified"))
