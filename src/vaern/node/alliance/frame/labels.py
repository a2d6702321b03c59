"""Labels for the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.web.provenance import Provenance

if TYPE_CHECKING:
    from vaern.node.alliance.rules.frame import Basis

BASES: dict[Basis, Any] = {
    "read": _("Read in the original"),
    "secondary": _("Read in a copy by others"),
    "recalled": _("Wording from memory"),
}


def basis(code: Basis, source: str = "") -> Provenance:
    """Return the sign that says what the wording of an item rests on, and its source, which is quoted in English."""
    return Provenance(BASES[code], source, is_uncertain=code != "read")
