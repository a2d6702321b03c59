"""Names of indicators and periods, as pages write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.alliance.rules.frame import said

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.alliance.rules.frame import Text

COUNTS = frozenset({"count", "stock"})
"""Kinds of indicators that are whole numbers, and nought where nothing was counted."""

WHOLE = COUNTS | {"declared"}
"""Kinds of indicators that are whole numbers."""


def worded(text: Text) -> str:
    """Return a text in the language of the page."""
    return said(text, get_language() or "en")


def period_label(period: str, start: date) -> str:
    """Return the name of a period."""
    if period == "year":
        return str(start.year)
    if period == "quarter":
        return _("%(year)s, quarter %(n)s") % {"year": start.year, "n": (start.month + 2) // 3}
    return date_format(start, "YEAR_MONTH_FORMAT")


def at(code: str) -> str:
    """Return the address of an indicator's page."""
    return reverse("alliance:indicator", args=[code])


def figure(number: float, decimals: int = 1) -> str:
    """Return a number, rounded; Django's own formatting truncates."""
    return number_format(round(number, decimals), decimals, force_grouping=True)
