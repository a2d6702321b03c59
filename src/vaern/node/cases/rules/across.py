"""Why something between authorities of two nodes is not taken in, and how far their moments are believed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

OTHER_COUNTRY = "assistance_other_country"
NO_INSTRUMENT = "assistance_no_instrument"
TWICE = "assistance_asked_twice"
NEVER_ASKED = "assistance_never_asked"


def within(said: datetime | None, first: datetime, last: datetime) -> datetime | None:
    """Return a moment that another node said, moved into what is possible here; None where it said none."""
    return None if said is None else min(max(said, first), last)
