"""Presentation of assessments: from query results to template contexts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.reports.assessment.labels import BASES, PLACES
from vaern.node.reports.base.precedents import Earlier, Listed
from vaern.node.reports.desk.labels import state
from vaern.node.reports.exposure.labels import WHYS
from vaern.node.reports.law import grounds, schemes
from vaern.node.reports.law.labels import ACTION_LABELS
from vaern.node.reports.rules import assessments
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.exposure import Why
from vaern.node.reports.rules.states import State
from vaern.node.web.components import Chip, Code, Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.assessment.forms import AssessForm
    from vaern.node.reports.assessment.queries import Law, Sheet
    from vaern.node.reports.models import Assessment, LegalGround, Scheme


def page_context(sheet: Sheet, form: AssessForm | None) -> dict[str, Any]:
    """Return the context of the assess page."""
    marked = {str(number) for number in (form["items"].value() or [])} if form else set()
    return {
        "report": sheet.report,
        "sheet": sheet,
        "form": form,
        "place": PLACES[sheet.place.value] if sheet.place else "",
        "state": state(sheet.report.state) if sheet.refused else "",
        "lines": [(line, str(line.item.number) in marked, said_of(line.said)) for line in sheet.lines],
        "near": [(line, said_of(line.said)) for line in sheet.lines if line.near] if sheet.place else [],
        "groups": groups(sheet),
        "shielded": WHYS.get(sheet.shield.why, "") if sheet.shield.why is not Why.NOTHING else "",
        "before": [(PLACES[place.value], views_table(place.value, rows)) for place, rows in sheet.before],
        "crosswalks": crosswalk_table(sheet.scheme) if sheet.scheme else None,
    }


MOST_ALSO = 5
"""What lists say beside the nearest that the line of an item names; the page of the report has all matches."""


def said_of(item_said: Iterable[Listed | Earlier]) -> list[tuple[str, str]]:
    """Return what lists or an earlier report say about an item: text, and the URL of that report or ""."""
    every = list(item_said)
    on_lists = [one for one in every if isinstance(one, Listed)]
    before = [one for one in every if isinstance(one, Earlier)]
    nearest, also = [one for one in on_lists if not one.also], [one for one in on_lists if one.also]
    found = [(list_says(one.name, one.release, one.value), "") for one in nearest]
    found += [(_also_says(one), "") for one in also[:MOST_ALSO]]
    more = len(also) - MOST_ALSO
    if more > 0:
        words = ngettext("and %(n)s more class of lists", "and %(n)s more classes of lists", more)
        found.append((words % {"n": more}, ""))
    found += [(earlier_says(one), reverse("reports:report", args=[one.report.pk])) for one in before]
    return found


def _also_says(one: Listed) -> str:
    """Return what a list says beside the nearest, in a line; of a near hit that it is of another file, perhaps."""
    given = {"list": one.name, "release": one.release, "class": one.value or _("no class")}
    if one.bits is None:
        return _("Also %(list)s, release %(release)s: %(class)s") % given
    return _("Near, also %(list)s, release %(release)s: %(class)s (distance %(n)s)") % {**given, "n": one.bits}


def list_says(name: str, release: str, value: str) -> str:
    """Return what a list says about an item, in a line."""
    given = {"list": name, "release": release, "class": value}
    if not value:
        return _("List %(list)s, release %(release)s: no class") % given
    return _("List %(list)s, release %(release)s: %(class)s") % given


def earlier_says(one: Earlier) -> str:
    """Return what an earlier report concluded about the item, in a line."""
    row = one.row
    words = [_("An offence here: act on it") if row.actionable else _("Nothing to be done here")]
    if row.baseline is not None:
        words.append(_("Baseline") if row.baseline else _("Not baseline"))
    if row.value:
        words.append(schemes.value_label(row.scheme, row.value))
    if not one.seen:
        words.append(str(BASES[Basis.TEXT]))
    if one.fell:
        words.append(_("from a list whose entry does not stand any more"))
    given = {
        "code": one.report.code,
        "day": date_format(one.conclusion.at, "SHORT_DATE_FORMAT"),
        "what": "; ".join(words),
    }
    return _("Report %(code)s, %(day)s: %(what)s") % given


def basis_said(basis: Basis, rests_on: Iterable[dict[str, Any]]) -> str:
    """Return the basis of a conclusion in words, with the lists and reports that it followed."""
    says = {Basis.LIST: _list_said, Basis.STATION: _station_said}.get(basis, _earlier_said)
    said = [says(one) for one in rests_on]
    return f"{BASES[basis]}{': ' if said else ''}{'; '.join(said)}"


def _list_said(one: dict[str, Any]) -> str:
    return list_says(one["list"], one["release"], one["class"])


def _station_said(one: dict[str, Any]) -> str:
    given = {"station": one["station"], "package": one["package"], "day": _day(one["at"])}
    return _("%(station)s, package %(package)s, %(day)s") % given


def _earlier_said(one: dict[str, Any]) -> str:
    return _("Report %(code)s, %(day)s") % {"code": one["report"], "day": _day(one["at"])}


def _day(at: str) -> str:
    return date_format(datetime.fromisoformat(at), "SHORT_DATE_FORMAT")


def groups(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the groups of items that can be selected together: label, and item numbers as in the page's URL."""
    if len(sheet.lines) < 2:
        return []
    spared = [line.item.number for line in sheet.lines if line.spared]
    fresh = [line.item.number for line in sheet.lines if not line.spared]
    found = [(_("All"), [line.item.number for line in sheet.lines])]
    if spared and fresh:
        found += [(_("Known or seen before"), spared), (_("New"), fresh)]
    hosts: dict[int, list[int]] = {}
    for line in sheet.lines:
        hosts.setdefault(line.host, []).append(line.item.number)
    for host, numbers in hosts.items():
        if host and 1 < len(numbers) < len(sheet.lines):
            found.append((_("The host of item %(number)s") % {"number": numbers[0]}, numbers))
    return [(f"{words} ({len(numbers)})", ",".join(map(str, numbers))) for words, numbers in found[:8]]


def views_table(id: str, rows: Iterable[Assessment]) -> Table:
    """Return one person's conclusions without their name: a dispute is settled on the answers alone."""
    return Table(
        caption=PLACES[id],
        columns=[
            Column(_("Item")),
            Column(_("Baseline")),
            Column(_("Class")),
            Column(_("Conclusion")),
            Column(_("Rests on")),
        ],
        rows=[
            Row(
                [
                    row.item.number if row.item else _("All"),
                    {True: _("Yes"), False: _("No"), None: _("Cannot be told")}[row.baseline],
                    schemes.value_label(row.scheme, row.value) if row.value else "–",
                    _("An offence here: act on it") if row.actionable else _("Nothing to be done here"),
                    basis_said(Basis(row.basis), row.rests_on),
                ]
            )
            for row in rows
        ],
        id=f"view-{id}",
    )


KINDS = {"exact": "=", "broader": ">", "narrower": "<", "none": "–"}


def crosswalk_table(scheme: Scheme) -> Table | None:
    """Return how the classes of a scheme map to other schemes, to read beside a foreign classification."""
    rows = schemes.advice(scheme)
    if not rows:
        return None
    words = {
        "exact": _("the same"),
        "broader": _("broader than"),
        "narrower": _("narrower than"),
        "none": _("no counterpart"),
    }
    return Table(
        caption=_("Beside other schemes"),
        columns=[Column(_("Class")), Column(_("Is")), Column(_("Other scheme")), Column(_("Its class"))],
        rows=[Row([value, words[kind], other, Code(to) if to else "–"]) for value, other, to, kind in rows],
        id="crosswalks",
    )


def grounds_table(organisation: Organisation) -> Table:
    """Return the legal grounds that apply to an organisation, with their dates and whether each is in force today."""
    today = timezone.localdate()
    rows: list[Row] = []
    for action in grounds.actions_of(organisation):
        known: list[LegalGround | None] = [*grounds.known(action, organisation)]
        rows.extend(_ground_row(action, ground, today) for ground in known or [None])
    return Table(
        caption=_("Legal grounds"),
        columns=[
            Column(_("Action")),
            Column(_("Ground")),
            Column(_("From")),
            Column(_("To")),
            Column(_("Today")),
            Column(_("Code")),
        ],
        rows=rows,
        id="grounds",
    )


def _ground_row(action: str, ground: LegalGround | None, today: Any) -> Row:
    if ground is None:
        return Row([ACTION_LABELS[action], "–", "", "", Chip(_("No ground known"), "bad"), ""])
    if assessments.holds(ground, today):
        chip = Chip(_("In force"), "good")
    else:
        chip = Chip(_("Not yet") if ground.valid_from > today else _("Ended"), "warning")
    last = date_format(ground.valid_to, "DATE_FORMAT") if ground.valid_to else _("no end")
    first = date_format(ground.valid_from, "DATE_FORMAT")
    return Row([ACTION_LABELS[action], grounds.name_of(ground), first, last, chip, Code(ground.code)])


def law_context(law: Law) -> dict[str, Any]:
    """Return the context of the page on the law of a report."""
    states = {State.ARRIVED, State.SECOND_VIEW, State.DISPUTED, State.IN_ACTION}
    return {
        "report": law.report,
        "review": law.review,
        "stopped": [(action, ACTION_LABELS[missing.action], str(missing)) for action, missing in law.stopped],
        "can_stop": State(law.report.state) in states,
        "table": grounds_table(law.report.organisation),
        "past": Table(
            caption=_("Decided before"),
            columns=[Column(_("Action")), Column(_("Stopped")), Column(_("Decision")), Column(_("When"))],
            rows=[
                Row(
                    [
                        ACTION_LABELS[row.action],
                        When(row.stopped_at),
                        _("Goes on") if row.cleared else _("Ended"),
                        When(row.decided_at),
                    ]
                )
                for row in law.past
            ],
            empty=Empty(_("Nothing was decided before"), _("What a person decides here is kept with the report.")),
            id="past",
        ),
    }
