"""Who may read a paper, and when. Pure; no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.press.rules.deadlines import is_public

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = 100_000
"""Characters of a paper."""


def may_read(now: datetime, embargo: datetime, *, accredited: bool, agreed: bool) -> bool:
    """Whether somebody may read a paper: everybody from its embargo on, before it who is accredited and agreed."""
    return is_public(now, embargo) or (accredited and agreed)
