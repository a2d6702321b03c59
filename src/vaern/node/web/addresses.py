"""Addresses of many rows: a route is looked up once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse

_ANY = UUID(int=0x7D3A1C0E5B1F4F0E9A3C8E2B6D4F1A90)
"""Stands in a route for the id of any row, or for its number: no address has either elsewhere."""

Addresses = Callable[[UUID | int], str]
"""What says the address of a row by its id, or by its number."""


def addresses(route: str, *of: object, numbered: bool = False) -> Addresses:
    """Return what says the address of a row by its id.

        to = addresses("reports:report")
        rows = [Row([report.code], url=to(report.pk)) for report in found]

    Args:
        route: its last parameter is the id.
        of: the parameters before that, the same for all rows.
        numbered: the id is a number.
    """
    id = _ANY.int if numbered else _ANY
    before, after = reverse(route, args=[*of, id]).split(str(id))
    return lambda row: f"{before}{row}{after}"
