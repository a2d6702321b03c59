"""What the page of statistics shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.files.statistics import name_of
from vaern.node.alliance.progress.labels import BASIS
from vaern.node.alliance.rules.statistics import Place
from vaern.node.alliance.statistics import labels
from vaern.node.web.components import Definitions, Empty, Tab
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.files.statistics import Sheet
    from vaern.node.alliance.rules.statistics import Statistic
    from vaern.node.organisations.models import Member


def nothing() -> dict[str, Any]:
    """Return what the page shows before there is anything to count, or to somebody of no country."""
    text = _("They are counted from the ledger every five minutes, for the country of your organisation.")
    return {"empty": Empty(_("No statistics yet"), text)}


def context(
    found: Sheet, member: Member, countries: Sequence[Member], years: Sequence[int], *, own: bool
) -> dict[str, Any]:
    """Return what the page of a country and a year shows."""
    at = [Tab(str(year), _at(member, year), year == found.year) for year in years]
    others = [Tab(str(one), _at(one, found.year), one == member) for one in countries]
    return {
        "member": member,
        "year": found.year,
        "years": at,
        "countries": others if len(others) > 1 else [],
        "panels": [_panel(found, one) for one in found.definitions.statistics],
        "law": _law(found),
        "version": found.definitions.version,
        "running": found.running,
        "own": own,
        "export": reverse("alliance:statistics-export", args=[member.pk, found.year]),
    }


def _at(member: Member, year: int) -> str:
    return reverse("alliance:statistics-of", args=[member.pk, year])


def _panel(found: Sheet, one: Statistic) -> tuple[Table, Definitions]:
    """Return a statistic: its numbers, and how they are defined."""
    rows = [Row([_("Total"), _number(found, Place(one.code))])]
    for code in one.breakdowns:
        of = found.definitions.breakdown(code)
        for category in of.categories:
            place = Place(one.code, code, category.code)
            rows.append(Row([f"{worded(of.name)}: {worded(category.name)}", _number(found, place)]))
    heads = [Column(_("What")), Column(str(labels.UNITS[one.unit]).capitalize(), numeric=True)]
    table = Table(
        name_of(found.definitions, Place(one.code), get_language() or "en"), heads, rows, id=one.code, show_caption=True
    )
    pairs = [
        (_("Population"), worded(one.counted)),
        (_("Period"), worded(one.period)),
        (_("Exclusions"), worded(one.exclusions)),
        (_("Known weakness"), worded(one.weakness)),
    ]
    if one.provisions:
        pairs.append((_("Required by"), ", ".join(_called(found, code) for code in one.provisions)))
    return table, Definitions(pairs)


def _number(found: Sheet, place: Place) -> Any:
    number = found.number(place)
    if number is None:
        return format_html('<span class="quiet">{}</span>', _("left out"))
    return number_format(number)


def _called(found: Sheet, code: str) -> str:
    one = next(each for each in found.definitions.provisions if each.code == code)
    return f"{worded(one.act)}, {one.provision}" if one.provision else worded(one.act)


def _law(found: Sheet) -> Table:
    """Return what the law asks for, and where that was read."""
    rows = [
        Row(
            [
                worded(one.act),
                one.provision or "–",
                worded(one.says),
                BASIS[one.basis] or _("Read in the original."),
                one.source or "–",
                date_format(one.day, "SHORT_DATE_FORMAT"),
            ]
        )
        for one in found.definitions.provisions
    ]
    heads = [
        Column(_("Legal act")),
        Column(_("Provision")),
        Column(_("What it asks for")),
        Column(_("Basis")),
        Column(_("Source")),
        Column(_("Day")),
    ]
    return Table(_("What the law asks for"), heads, rows, id="law", show_caption=True)
