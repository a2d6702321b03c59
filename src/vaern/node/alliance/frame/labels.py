"""Labels for the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.alliance.rules.frame import Basis

BASES: dict[Basis, tuple[Any, str]] = {
    "read": (_("Read in the original"), "good"),
    "secondary": (_("Read in a copy by others"), "warning"),
    "recalled": (_("Wording from memory"), "neutral"),
}


def basis(code: Basis) -> Chip:
    """Return the chip that says what the wording of an item rests on."""
    return Chip(*BASES[code])
