"""What a page showed when it was opened: who saves over what somebody else changed meanwhile is told.

The page carries the version of what it showed, a number that the record keeps or a mark of its values; the action
compares it with what stands there, under its lock, and raises `refusals.Stale`.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest

OF_NO_PAGE = "-"
"""The mark of a form that came without one, from a page that was to carry one: it is taken for an old page."""


def mark_of(*values: Any) -> str:
    """Return a short mark that differs where the values do."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]


def given_version(request: HttpRequest, now: object) -> str:
    """Return the version of what a page showed: what its form carries, or that of now where the page is only shown.

    A form that was to carry one and does not is taken for an old page, so that nothing is saved over what stands there.
    """
    if now is None or request.method != "POST":
        return "" if now is None else str(now)
    return request.POST.get("version", "")[:40] or OF_NO_PAGE


def given_number(request: HttpRequest, now: int) -> int:
    """Return the version of what a page showed where it is a number; -1, which nothing has, where its form has none."""
    given = given_version(request, now)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def overtaken(shown: str, now: str) -> bool:
    """Return whether a form was made from an older version than the stored one. A program has no page: "" is not."""
    return bool(shown) and shown != now
