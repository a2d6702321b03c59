"""The register of help lines: dated rows that people add, correct and verify, like all rows of law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaern.node.law.data import counting
from vaern.node.law.labels import said
from vaern.node.law.registers import LawTable, Register
from vaern.node.organisations.models import Member
from vaern.node.reports.help.forms import WHOM, HelpLineForm
from vaern.node.reports.rules import help_files
from vaern.node.reports.rules.help_lines import HelpLine

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE = "help"


def current() -> list[HelpLine]:
    """Return the help lines that count."""
    return list(counting(TABLE))


def _of_files() -> Iterable[HelpLine]:
    return help_files.of_node(settings.CONFIGURATION.law, synthetic=settings.CONFIGURATION.synthetic)


def _says(one: HelpLine) -> str:
    return f"{one.country} – {WHOM[one.whom]}: {said(one.name)}, {one.at}"


def _country(code: str) -> str:
    found = Member.objects.filter(code=code).first()
    return str(found) if found else code


REGISTER = Register(
    "help-lines",
    _("Help lines"),
    _(
        "What a child who is extorted reads, and where people who worry about their own thoughts get help. What a "
        "person adds or corrects counts once another has verified it; until then the version before it goes on to "
        "count."
    ),
    tables=(
        LawTable(
            TABLE,
            _("Help lines"),
            HelpLine,
            key=lambda one: one.key,
            of_files=_of_files,
            says=_says,
            about=lambda one: one.whom,
            form=HelpLineForm,
        ),
    ),
    about_label=_("For whom"),
    abouts=WHOM.items,
    country_name=_country,
)
