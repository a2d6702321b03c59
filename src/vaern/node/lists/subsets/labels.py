"""What people read of the terms by which entries are told apart."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.lists.rules.subsets import Ground

GROUNDS: dict[Ground, Any] = {
    Ground.LICENCE: gettext_lazy("Licence of use"),
    Ground.BASIS: gettext_lazy("Legal basis"),
    Ground.JURISDICTION: gettext_lazy("Classified under the law of"),
}
STAYS: dict[Ground, Any] = {
    Ground.LICENCE: gettext_lazy("under another licence"),
    Ground.BASIS: gettext_lazy("on another legal basis"),
    Ground.JURISDICTION: gettext_lazy("under another country's law"),
}


def value_of(value: str) -> str:
    """Return a licence, a basis or a country as people read it."""
    return value or _("Nobody says")


def values_of(values: list[str]) -> str:
    """Return what a subset asks for of one kind of terms."""
    return "; ".join(value_of(value) for value in values) or _("Any")
