"""Whether a match stands: what it was made with is on its list, and nobody says that it does not belong there.

A match that fell stays where it is, as what was said then, and makes nothing known: what rested on it alone is looked
at as anything new. What people decided meanwhile stays decided.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.records import Match


class Fallen(enum.StrEnum):
    """Why a match does not stand."""

    DISPUTED = "disputed"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"


FALLEN = {
    Fallen.DISPUTED: _("Disputed entry"),
    Fallen.QUARANTINED: _("Entry in quarantine"),
    Fallen.RECALLED: _("Recalled entry"),
}
"""What people read beside the match."""


def fallen_of(match: Match) -> str:
    """Return why a match does not stand as it is made, as a code for a column; "" where it does."""
    return Fallen.DISPUTED.value if match.disputed else ""


def fallen_chip(code: str) -> Chip | str:
    """Return what is said beside a match; "" of one that stands."""
    return Chip(FALLEN[Fallen(code)], "warning") if code else ""
