"""When a list proposes a signed release by itself: its signers still sign, and nothing that waits is replaced."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import NamedTuple


class Proposes(enum.StrEnum):
    """How often a list proposes a release by itself, where something changed."""

    DAILY = "daily"
    WEEKLY = "weekly"


EVERY = {Proposes.DAILY: timedelta(days=1), Proposes.WEEKLY: timedelta(days=7)}

SLACK = timedelta(minutes=30)
"""Jobs come by the hour and not to the second: so much earlier is not early."""


class Standing(NamedTuple):
    """How far the signed releases of a list are.

    Attributes:
        proposed_at: when a release was proposed last, by whomever; None for never.
        released: up to which change of the list the last signed release is; None before the first.
        changed: up to which change the list is.
        waits: a proposal waits for signatures.
    """

    proposed_at: datetime | None
    released: int | None
    changed: int
    waits: bool


def is_due(proposes: Proposes, standing: Standing, now: datetime) -> bool:
    """Return whether a list has to propose a release now.

    What waits is left alone: who has signed it would have signed in vain, and it is on the front page until it is done.
    """
    if standing.waits or standing.released == standing.changed:
        return False
    return standing.proposed_at is None or now - standing.proposed_at >= EVERY[proposes] - SLACK
