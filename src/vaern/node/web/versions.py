"""Optimistic locking: saving over somebody else's change since the page was opened is refused.

The page carries the version it was rendered from, a number kept by the record or a hash of its values; the action
compares it with the stored one under its lock, and raises `refusals.Stale`.
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
    """Return a short hash of the values."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]


def given_version(request: HttpRequest, now: object) -> str:
    """Return the version in a submitted form, or the current one on a GET.

    A form without the expected version counts as outdated, so that nothing is overwritten.
    """
    if now is None or request.method != "POST":
        return "" if now is None else str(now)
    return request.POST.get("version", "")[:40] or OF_NO_PAGE


def given_number(request: HttpRequest, now: int) -> int:
    """Return a numeric version as `given_version` does; -1, which no record has, if the form lacks it."""
    given = given_version(request, now)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def overtaken(shown: str, now: str) -> bool:
    """Return whether a form was made from an older version than the stored one. "" is not: programs have no page."""
    return bool(shown) and shown != now
