"""How far a series is. Pure; no Django."""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """How far a series is; `identified` stops all other work, `safeguarded` comes before `closed`."""

    NEW = "new"
    ANALYSED = "analysed"
    COUNTRY_PROPOSED = "country_proposed"
    DISSEMINATED = "disseminated"
    ACCEPTED = "accepted"
    IDENTIFIED = "identified"
    SAFEGUARDED = "safeguarded"
    CLOSED = "closed"
