"""The systems whose identifiers are noted, as a register of dated rows: read, verified, exported like rows of law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.external.records import System
from vaern.node.external.systems import TABLE, of_file
from vaern.node.law.labels import said
from vaern.node.law.registers import LawTable, Register

if TYPE_CHECKING:
    from collections.abc import Iterable

WHOSE = {
    "once": gettext_lazy("one number for all"),
    "country": gettext_lazy("each country its own"),
    "company": gettext_lazy("each organisation its own"),
}


def _says(one: System) -> str:
    form = _("digits, at most %(n)s") % {"n": one.longest} if one.signs == "digits" else _("any text")
    return f"{said(one.name)} – {form}; {WHOSE[one.counts]}"


def _rows() -> Iterable[System]:
    return of_file()


REGISTER = Register(
    "identifiers",
    gettext_lazy("Systems of external identifiers"),
    gettext_lazy("Whose numbers stand on reports, series, cases and entries of hash lists, and which form is checked."),
    tables=(
        LawTable(
            TABLE,
            gettext_lazy("Systems"),
            System,
            key=lambda one: one.code,
            of_files=_rows,
            says=_says,
            country=lambda _content: "",
        ),
    ),
)
