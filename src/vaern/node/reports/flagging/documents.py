"""The yearly report as files: CSV and JSON for programs, PDF for people. Deterministic: equal reports, equal bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.formats.csv_write import CsvWriter
from vaern.node.organisations import countries
from vaern.node.reports.flagging import labels
from vaern.node.reports.rules.flagger_counts import Action
from vaern.node.reports.takedown.labels import OFFENCES
from vaern.node.web import paper

if TYPE_CHECKING:
    from vaern.node.reports.models import FlaggerReport
    from vaern.node.reports.rules.flagger_counts import Yearly

TEMPLATE = Path(__file__).with_name("flagger.typ")
HEAD = ["year", "provider", "type", "action", "notices"]
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "pdf": "application/pdf"}


def csv(content: Yearly) -> bytes:
    """Return the numbers as CSV: one line for each provider, type and action, as codes."""
    out = io.StringIO(newline="")
    lines = CsvWriter(out)
    lines.row(HEAD)
    lines.rows([content.year, one.provider, one.type, one.action, one.notices] for one in content.lines)
    return out.getvalue().encode()


def json(content: Yearly) -> bytes:
    """Return the whole report as JSON; the digest of a closed year is of these bytes."""
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=2) + b"\n"


def pdf(content: Yearly, kept: FlaggerReport | None, language: str) -> bytes:
    """Return the report as a PDF in a language; marked as a draft if the year is not closed."""
    with translation.override(language):
        return paper.pdf(TEMPLATE, what_it_says(content, kept, language), kept.closed_at if kept else content.known)


def as_file(content: Yearly, kept: FlaggerReport | None, form: str, language: str) -> bytes:
    """Return the report as one of `TYPES`; the language applies to the PDF."""
    if form == "pdf":
        return pdf(content, kept, language)
    return csv(content) if form == "csv" else json(content)


def what_it_says(content: Yearly, kept: FlaggerReport | None, language: str) -> dict[str, Any]:
    """Return the whole content of the PDF as text."""
    marks = [_("SYNTHETIC – made up for a demonstration")] if content.synthetic else []
    if kept is None:
        marks.append(_("DRAFT – the year is not closed"))
    version = _("Version %(n)s") % {"n": kept.version} if kept else _("Draft")
    return {
        "lang": language,
        "mark": " · ".join(marks),
        "kind": _("Yearly report of a trusted flagger"),
        "title": _("Notices of %(organisation)s in %(year)s")
        % {
            "organisation": content.organisation,
            "year": content.year,
        },
        "version": version,
        "lead": lead(),
        "facts": [[str(name), str(value)] for name, value in facts(content)],
        "table": {"title": _("Notices by provider, type of content and action"), **cross(content)},
        "actions": [[str(labels.ACTIONS[action]), str(labels.EXPLAINED[action])] for action in Action],
        "actions_title": _("What the actions mean"),
        "independence": {
            "title": _("How we stay independent"),
            "text": content.independence.get(language) or next(iter(content.independence.values()), ""),
        },
        "none": _("Nothing was written yet."),
        "footer": f"SHA-256 {kept.digest}" if kept else _("Draft"),
    }


def lead() -> str:
    """Return a sentence that describes the report."""
    return _(
        "Report under Article 22(3) of Regulation (EU) 2022/2065 (Digital Services Act) on notices submitted in "
        "accordance with Article 16. It holds no personal data."
    )


def facts(content: Yearly) -> list[tuple[object, object]]:
    """Return the facts above the table: award, days, numbers, and their date."""
    beside = [
        ngettext(
            "%(n)s did not name us, and claimed no priority",
            "%(n)s did not name us, and claimed no priority",
            content.unnamed,
        )
        % {"n": content.unnamed}
        if content.unnamed
        else "",
        ngettext(
            "%(n)s more, not in the table, was sent while we had no status",
            "%(n)s more, not in the table, were sent while we had no status",
            content.outside,
        )
        % {"n": content.outside}
        if content.outside
        else "",
    ]
    known = date_format(timezone.localtime(content.known), "SHORT_DATETIME_FORMAT")
    found: list[tuple[object, object]] = [
        (_("Organisation"), content.organisation),
        (_("Coordinator"), f"{content.coordinator} ({countries.named(content.country)})" if content.awarded else "–"),
        (_("Status awarded"), date_format(content.awarded, "DATE_FORMAT") if content.awarded else "–"),
        (_("Area of expertise"), content.area or "–"),
        (_("In force"), "; ".join(f"{_day(first)} – {_day(last)}" for first, last in content.days) or "–"),
        (_("Notices"), "; ".join([str(content.total), *(words for words in beside if words)])),
        (_("Actions known until"), known),
    ]
    return found


def cross(content: Yearly) -> dict[str, Any]:
    """Return the table: a row for each provider and type, a column for each action, and totals."""
    numbers: dict[tuple[str, str, str], dict[str, int]] = {}
    for one in content.lines:
        numbers.setdefault((one.provider, one.digest, one.type), {})[one.action] = one.notices
    rows = [
        [labels.provider(provider), str(OFFENCES[kind]), *_row(counts)]
        for (provider, _digest, kind), counts in numbers.items()
    ]
    return {
        "head": [_("Provider"), _("Type of content"), *(str(labels.ACTIONS[one]) for one in Action), _("All")],
        "rows": rows,
        "kinds": [[_("All providers"), str(OFFENCES[kind]), *_row(counts)] for kind, counts in _by_type(content)],
        "total": [_("All"), "", *_row(_sums(content))],
    }


def _row(counts: dict[str, int]) -> list[str]:
    return [*(str(counts.get(one.value, 0)) for one in Action), str(sum(counts.values()))]


def _sums(content: Yearly, kind: str = "") -> dict[str, int]:
    found: dict[str, int] = {}
    for one in content.lines:
        if kind in {"", one.type}:
            found[one.action] = found.get(one.action, 0) + one.notices
    return found


def _by_type(content: Yearly) -> list[tuple[str, dict[str, int]]]:
    kinds = sorted({one.type for one in content.lines})
    return [(kind, _sums(content, kind)) for kind in kinds] if len(kinds) > 1 else []


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
