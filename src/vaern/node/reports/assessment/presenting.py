"""From what the queries return to what the templates show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.assessment import grounds, legal, queries, rules, schemes
from vaern.node.reports.assessment.labels import ACTION_LABELS, PLACES
from vaern.node.reports.desk.labels import state
from vaern.node.reports.exposure.labels import WHYS
from vaern.node.reports.exposure.rules import Why
from vaern.node.reports.models import LegalGround, Scheme
from vaern.node.reports.rules import State
from vaern.node.web.components import Chip, Code, Definitions, Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.assessment.forms import AssessForm
    from vaern.node.reports.assessment.queries import Law, Sheet
    from vaern.node.reports.models import Assessment, Report


def page_context(sheet: Sheet, form: AssessForm | None) -> dict[str, Any]:
    """Return all that the assess page shows."""
    marked = {str(number) for number in (form["items"].value() or [])} if form else set()
    return {
        "report": sheet.report,
        "sheet": sheet,
        "form": form,
        "place": PLACES[sheet.place.value] if sheet.place else "",
        "state": state(sheet.report.state) if sheet.refused else "",
        "lines": [(line, str(line.item.number) in marked) for line in sheet.lines],
        "groups": groups(sheet),
        "shielded": WHYS.get(sheet.shield.why, "") if sheet.shield.why is not Why.NOTHING else "",
        "before": [(PLACES[place.value], views_table(place.value, rows)) for place, rows in sheet.before],
        "crosswalks": crosswalk_table(sheet.scheme) if sheet.scheme else None,
    }


def groups(sheet: Sheet) -> list[tuple[str, str]]:
    """Return what can be marked together: words, and the numbers as the address of the page takes them."""
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
    """Return what one person concluded, without who it was: a dispute is settled on what was said."""
    return Table(
        caption=PLACES[id],
        columns=[Column(_("Item")), Column(_("Baseline")), Column(_("Class")), Column(_("Conclusion"))],
        rows=[
            Row(
                [
                    row.item.number if row.item else _("All"),
                    {True: _("Yes"), False: _("No"), None: _("Cannot be told")}[row.baseline],
                    schemes.value_label(row.scheme, row.value) if row.value else "–",
                    _("An offence here: act on it") if row.actionable else _("Nothing to be done here"),
                ]
            )
            for row in rows
        ],
        id=f"view-{id}",
    )


KINDS = {"exact": "=", "broader": ">", "narrower": "<", "none": "–"}


def crosswalk_table(scheme: Scheme) -> Table | None:
    """Return what the classes of a scheme are in others, to read beside a foreign classification."""
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
    """Return the grounds that decide for an organisation, each with its days and whether it is in force today."""
    today = timezone.localdate()
    rows: list[Row] = []
    for action in grounds.actions_of(organisation):
        known: list[LegalGround | None] = [*grounds.known(action, organisation)]
        rows.extend(_ground_row(action, ground, today) for ground in known or [None])
    return Table(
        caption=_("Legal grounds"),
        columns=[
            Column(_("Action")), Column(_("Ground")), Column(_("From")), Column(_("To")), Column(_("Today")),
            Column(_("Code")),
        ],
        rows=rows, id="grounds",
    )  # fmt: skip


def _ground_row(action: str, ground: LegalGround | None, today: Any) -> Row:
    if ground is None:
        return Row([ACTION_LABELS[action], "–", "", "", Chip(_("No ground known"), "bad"), ""])
    if rules.holds(ground, today):
        chip = Chip(_("In force"), "good")
    else:
        chip = Chip(_("Not yet") if ground.valid_from > today else _("Ended"), "warning")
    last = date_format(ground.valid_to, "DATE_FORMAT") if ground.valid_to else _("no end")
    first = date_format(ground.valid_from, "DATE_FORMAT")
    return Row([ACTION_LABELS[action], grounds.name_of(ground), first, last, chip, Code(ground.code)])


def law_context(law: Law) -> dict[str, Any]:
    """Return what the page about the law of a report shows."""
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


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> dict[str, Any] | None:  # noqa: ARG001 - recorded there
    """Return what the report's page says of its assessment, to its own organisation."""
    if report.organisation_id != viewer.organisation.id:
        return None
    found, at = queries.conclusion(report), State(report.state)
    pairs: list[tuple[object, object]] = []
    if found:
        pairs = [
            (_("Conclusion"), _("An offence here: act on it") if found.actionable else _("Nothing to be done here")),
            (_("Baseline"), {True: _("Yes"), False: _("No"), None: _("Cannot be told")}[found.baseline]),
            (_("Views"), found.views),
            (_("When"), When(found.at)),
        ]
        if found.values:
            scheme = Scheme.objects.filter(code=found.scheme, version=found.version).first()
            labels = ", ".join(schemes.value_label(scheme, value) for value in found.values)
            pairs.insert(2, (f"{scheme.name if scheme else found.scheme}, {found.version}", labels))
    review = legal.waiting(report) if at is State.LEGAL_REVIEW else None
    may = viewer.may(Permission.REPORT_ASSESS)
    return {
        "title": _("Assessment"),
        "template": "reports/assessment/part.html",
        "context": {
            "assess": reverse("reports:assess", args=[report.pk]) if may and at in rules.PLACES else "",
            "law": reverse("reports:law", args=[report.pk]) if may else "",
            "next": reverse("reports:next") if may else "",
            "facts": Definitions(pairs) if pairs else None,
            "review": review,
            "state": {
                State.ARRIVED: _("Nobody has concluded yet."),
                State.SECOND_VIEW: _(
                    "A second person takes an independent view: what the first concluded is not shown."
                ),
                State.DISPUTED: _("Two views differ; a third person settles it."),
            }.get(at, ""),
        },
        "order": 20,
    }
