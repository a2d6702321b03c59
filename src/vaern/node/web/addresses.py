"""Addresses of many rows: a route is looked up once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse

_ANY = UUID(int=0)

Addresses = Callable[[UUID], str]
"""What says the address of a row by its id."""


def addresses(route: str) -> Addresses:
    """Return what says the address of a row by its id.

        to = addresses("reports:report")
        rows = [Row([report.code], url=to(report.pk)) for report in found]

    Args:
        route: with one parameter, an id.
    """
    before, after = reverse(route, args=[_ANY]).split(str(_ANY))
    return lambda of: f"{before}{of}{after}"
