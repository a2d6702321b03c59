"""A release on paper: one chart a policy target, in Danish and English. The same bytes each time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.indicators import labels as words
from vaern.node.alliance.publishing import labels, presenters
from vaern.node.alliance.rules import definitions, frame
from vaern.node.alliance.rules.suppression.cells import ALL
from vaern.node.web import paper

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.alliance.charts.by_member import ByMember
    from vaern.node.alliance.charts.over_time import OverTime
    from vaern.node.alliance.rules.figures import Figure, Published
    from vaern.node.alliance.rules.frame import Target

TEMPLATE = Path(__file__).with_name("factsheet.typ")
MOST_YEARS = 3


def pdf(content: Published, number: int, released_at: datetime, language: str) -> bytes:
    """Return a release as a PDF in a language."""
    with translation.override(language):
        said = what_it_says(content, number, released_at, language)
    return paper.pdf(TEMPLATE, said, released_at)


def what_it_says(content: Published, number: int, released_at: datetime, language: str) -> dict[str, Any]:
    """Return everything that stands in it, as text and drawings."""
    day = date_format(timezone.localtime(released_at), "DATE_FORMAT")
    declaration = frame.declaration(content.frame)
    return {
        "lang": language,
        "mark": _("SYNTHETIC – made up for a demonstration") if content.synthetic else "",
        "kind": _("Factsheet"),
        "title": _("The alliance against child sexual abuse online: progress"),
        "release": _("Release %(number)s of %(day)s") % {"number": number, "day": day},
        "lead": _(
            "What the members promised, and how far they are. Every number is computed from a ledger by a definition "
            "that is public, or says that it is declared, left out or not computable."
        ),
        "years": content.periods("year")[-MOST_YEARS:],
        "indicator": _("Indicator"),
        "targets": [_target(content, one) for one in declaration.targets],
        "explained": [[str(name), str(text)] for name, text in presenters.explained()],
        "reading": _("How to read the numbers"),
        "footer": _("%(members)s members · definitions %(definitions)s · open data: /progress/%(number)s/")
        % {"members": len(content.members), "definitions": content.definitions, "number": number},
    }


def _target(content: Published, target: Target) -> dict[str, Any]:
    chart = presenters.chart_of(content, target)
    drawn = chart if chart and not chart.nothing else None
    by_code = definitions.version(content.definitions).by_code
    own = [one for one in content.promises if one.goal in {goal.code for goal in target.goals}]
    years = content.periods("year")[-MOST_YEARS:]
    return {
        "number": target.number,
        "text": worded(target.text),
        "chart": drawn.standalone() if drawn else "",
        "caption": f"{drawn.title} ({drawn.unit})" if drawn else "",
        "none": "" if drawn else _none(chart),
        "rows": [
            [
                worded(by_code[code].name),
                _unit(by_code[code].unit),
                *(_said(content.of(code, ALL).get(year), code, content) for year in years),
            ]
            for code in presenters.codes_of(content, target)
        ],
        "promises": _promises(own),
    }


def _none(chart: OverTime | ByMember | None) -> str:
    """Return why there is no drawing."""
    if chart is None:
        return _("No indicator of it can be computed, and no member has a commitment to it.")
    return f"{chart.title}: {chart.nothing}"


def _promises(own: list[Any]) -> str:
    if not own:
        return ""
    counts = [
        f"{label}: {sum(one.standing == key for one in own)}"
        for key, (label, _tone) in labels.STANDINGS.items()
        if any(one.standing == key for one in own)
    ]
    members = len({one.member for one in own})
    said = ngettext(
        "Commitments: %(n)s, of one member. %(counts)s.",
        "Commitments: %(n)s, of %(members)s members. %(counts)s.",
        members,
    )
    return said % {"n": len(own), "members": members, "counts": ", ".join(counts)}


def _unit(code: str) -> str:
    """Return the unit where it does not stand behind the number itself."""
    return "" if code == "percent" else f"({words.UNITS[code]})"


def _said(one: Figure | None, code: str, content: Published) -> str:
    if one is None or one.value is None:
        return str(labels.STATUSES[one.status if one else "not_computable"])
    return presenters.with_unit(definitions.version(content.definitions).by_code[code], one.value)
