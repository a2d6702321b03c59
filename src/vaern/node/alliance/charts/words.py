"""What a chart says in words: its numbers, and a sentence for those who do not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.alliance.charts.geometry import Gap

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_DECIMALS = 6


def figure(value: float) -> str:
    """Return a number as people read it: grouped, whole or with the decimals that say something."""
    digits = 2 if abs(value) >= 1 else MOST_DECIMALS
    value = round(value, digits) + 0.0  # never minus nought
    decimals = next(n for n in range(digits + 1) if round(value, n) == value)
    return str(number_format(round(value) if decimals == 0 else value, decimals, force_grouping=True))


def shown(value: float | Gap) -> str:
    """Return a value as the table says it: the number, or why there is none."""
    if isinstance(value, Gap):
        return str(value.why or _("no value"))
    return figure(value)


def raised(power: int) -> str:
    """Return what the figures at an axis are to be multiplied by, in signs; empty for themselves."""
    if not power:
        return ""
    return "× 10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def described(name: object, moments: Sequence[object], values: Sequence[float | Gap]) -> str:
    """Return a line in a sentence: its first, lowest, highest and last value, and how many are missing."""
    known = [(moment, value) for moment, value in zip(moments, values, strict=True) if not isinstance(value, Gap)]
    missing = len(values) - len(known)
    parts = []
    if not known:
        parts.append(_("%(name)s: no values.") % {"name": name})
    elif len(known) == 1:
        parts.append(_("%(name)s: %(value)s (%(moment)s).") % _words(name, *known[0]))
    else:
        low, high = (choose(known, key=lambda pair: pair[1]) for choose in (min, max))
        parts.append(
            _("%(name)s: first %(first)s, last %(last)s, lowest %(low)s, highest %(high)s.")
            % {"name": name, "first": _at(*known[0]), "last": _at(*known[-1]), "low": _at(*low), "high": _at(*high)}
        )
    if known and missing:
        parts.append(ngettext("%(n)d is missing.", "%(n)d are missing.", missing) % {"n": missing})
    return " ".join(parts)


def _words(name: object, moment: object, value: float) -> dict[str, object]:
    return {"name": name, "moment": moment, "value": figure(value)}


def _at(moment: object, value: float) -> str:
    return f"{figure(value)} ({moment})"
