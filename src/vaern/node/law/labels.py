"""Labels for the codes of rows of law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.node.law.records import Basis
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

BASES: dict[Basis, tuple[Any, str]] = {
    Basis.READ: (_("Read"), "neutral"),
    Basis.RECALLED: (_("From memory"), "warning"),
    Basis.ASSUMED: (_("Figure to plan by"), "warning"),
}


def said(words: Mapping[str, str]) -> str:
    """Return a text in the language of the page; English where it has no other."""
    language = (get_language() or "en")[:2]
    return words.get(language, "") or words.get("en", "")


def basis(code: str) -> Chip:
    """Return the chip of how a row came about."""
    return Chip(*BASES[Basis(code)])


def came_about(basis: Basis, day: date | None) -> str:
    """Return on which day a row was read in its source or, where nobody read all of it, written down; "" if made up."""
    if day is None:
        return ""
    words = _("Read there on %(day)s.") if basis is Basis.READ else _("Written down on %(day)s.")
    return str(words % {"day": date_format(day)})


def verified(is_verified: bool) -> Chip:
    """Return the chip that says whether a person has compared a row with its source."""
    return Chip(_("Verified"), "good") if is_verified else Chip(_("Unverified"), "warning")
