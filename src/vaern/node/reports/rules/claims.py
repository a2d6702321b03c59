"""Claims: who works on a report, until when, and who may take it. Pure; no Django."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from vaern.node.reports.rules.states import CLAIM_LASTS

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Claim(enum.Enum):
    """How a report is claimed, as one person sees it."""

    FREE = "free"
    MINE = "mine"
    ANOTHERS = "anothers"
    ENDED = "ended"
    """Somebody else had claimed it, and did not look again: whoever takes it takes it over."""


def claim_of(claimed_by: UUID | None, claimed_until: datetime | None, person: UUID | None, now: datetime) -> Claim:
    """Return how a report is claimed.

    Args:
        claimed_by, claimed_until: of the report.
        person: who asks; None for a key.
        now: with zone.
    """
    if claimed_by is None or claimed_until is None:
        return Claim.FREE
    if claimed_by == person:
        return Claim.MINE if claimed_until > now else Claim.FREE
    return Claim.ANOTHERS if claimed_until > now else Claim.ENDED


def until(now: datetime) -> datetime:
    """Return when a claim that is made or renewed now expires."""
    return now + CLAIM_LASTS
