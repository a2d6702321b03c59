"""What people read of external identifiers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.external.rules import STAYS, WIDTHS, Change, Problem, Source
from vaern.node.external.systems import known
from vaern.node.law.labels import said

PROBLEMS: dict[str, Any] = {
    Problem.EMPTY: gettext_lazy("Write the identifier: letters or digits."),
    Problem.LONG: gettext_lazy("It is longer than 80 characters."),
    Problem.SIGNS: gettext_lazy("It holds signs that cannot be shown."),
    Problem.DIGITS: gettext_lazy("An identifier of this system is digits alone."),
    Problem.LENGTH: gettext_lazy("An identifier of this system has another length."),
    Problem.COUNTRY: gettext_lazy("Name the country whose number it is: another country may have the same."),
    Problem.HOLDER: gettext_lazy("Name whose number it is in a line of at most 120 characters."),
}

SOURCES: dict[Source, Any] = {
    Source.TYPED: gettext_lazy("typed"),
    Source.DOCUMENT: gettext_lazy("in the document"),
    Source.RECEIVED: gettext_lazy("received with the record"),
}

CHANGES: dict[Change, Any] = {
    Change.ADDED: gettext_lazy("Added"),
    Change.CORRECTED: gettext_lazy("Corrected"),
    Change.WITHDRAWN: gettext_lazy("Withdrawn"),
    Change.RESTORED: gettext_lazy("Restored"),
}

ALONG: dict[str, Any] = {
    STAYS: gettext_lazy("It stays here"),
    WIDTHS[0]: gettext_lazy("With releases under TLP:RED"),
    WIDTHS[1]: gettext_lazy("With releases up to TLP:AMBER+STRICT"),
    WIDTHS[2]: gettext_lazy("With releases up to TLP:AMBER"),
    WIDTHS[3]: gettext_lazy("With every release"),
}
"""With which releases of the record an identifier goes along, the narrowest first."""

FILTER: dict[str, Any] = {
    "any": gettext_lazy("Has one"),
    "shared": gettext_lazy("Also on another record"),
}
"""The choices of a list's filter."""


def system(code: str) -> str:
    """Return what people read of a system; its code where no row names it."""
    found = known().get(code)
    return said(found.name) if found else code


def also_on(what: str) -> str:
    """Return what a chip says of an identifier that stands on another record too."""
    return _("Number also on %(what)s") % {"what": what}
