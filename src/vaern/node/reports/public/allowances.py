"""Rate limit of a desk for the public as a whole: token buckets in the database, without any visitor data."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.utils import timezone

from vaern.node.reports.rules import public_form
from vaern.node.web import limits
from vaern.node.web.models import Allowance

if TYPE_CHECKING:
    from vaern.node.reports.models import Desk

_SPACE = UUID("5b1ae9f6-6f0e-4d0c-9d6a-0a5f6b1f3d11")


def take(desk: Desk, *, proved: bool, danger: bool = False) -> int:
    """Take one token from a desk's bucket; return 0, or the Retry-After in whole seconds.

    Args:
        desk: whose.
        proved: the browser has completed the form's proof of work.
        danger: the report says that a child is in danger now; these have a reserve.
    """
    if proved:
        return limits.take(_key(desk, "proved"), public_form.DESK_RATE, public_form.DESK_BURST)
    wait = limits.take(_key(desk, "slow"), public_form.SLOW_RATE, public_form.SLOW_BURST)
    if wait and danger:
        return limits.take(_key(desk, "danger"), public_form.DANGER_RATE, public_form.DANGER_BURST)
    return wait


def load(desk: Desk) -> float:
    """Return the used share of a desk's allowance, from 0 to 1."""
    found = Allowance.objects.filter(key=_key(desk, "proved")).first()
    if found is None:
        return 0.0
    left = found.left + public_form.DESK_RATE * (timezone.now() - found.at).total_seconds()
    return max(0.0, min(1.0, 1 - left / public_form.DESK_BURST))


def _key(desk: Desk, what: str) -> UUID:
    return uuid5(_SPACE, f"{desk.organisation_id} {what}")
