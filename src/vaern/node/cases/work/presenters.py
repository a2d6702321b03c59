"""From a sheet and the list to what the templates show."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from vaern.node.cases.base import labels
from vaern.node.cases.rules.case import OPEN, TO_DO, Event, State, allows
from vaern.node.cases.rules.gradings import Confidence, Credibility, Nature, Source
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work.presenters_handovers import came_facts, handovers_table, link_line, meeting
from vaern.node.crosscheck.rules.identifiers import Identifier, Kind
from vaern.node.external.labels import FILTER
from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk.labels import OFFENCES
from vaern.node.reports.forwarding.labels import chips
from vaern.node.web.charts import Bars
from vaern.node.web.codenames import second_name
from vaern.node.web.components import Chip, Clock, Code, Definitions, Empty, Link, Timeline, When
from vaern.node.web.components import Event as Moment
from vaern.node.web.records import Head, RowActs, spoken
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from vaern.node.cases.models import Case, Held
    from vaern.node.cases.work.filters import Search
    from vaern.node.cases.work.queries import Funnel
    from vaern.node.cases.work.sheet import CaseSheet, Told
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def outcome_chips(case: Case) -> Any:
    """Return what came of a case; that a child was safeguarded stands first."""
    return chips(case.outcome, safeguarded=case.safeguarded) if case.outcome else ""


def cases_table(
    page: Page[Case], search: Search, *, may_open: bool, numbers: Mapping[UUID, list[Chip]] | None = None
) -> Table:
    """Return the list of cases; `numbers`: of which an external identifier stands on another record too."""
    shared = numbers or {}
    return Table(
        caption=_("Cases"),
        columns=[
            Column(_("Case"), sort="code"),
            Column(_("State"), sort="state"),
            Column(_("Outcome"), sort="outcome"),
            Column(_("Journal number"), sort="reference"),
            Column(_("Lead"), sort="lead"),
            Column(_("Last changed"), sort="touched"),
        ],
        rows=[
            Row(
                [
                    case.code,
                    _state(case, shared.get(case.pk, [])),
                    outcome_chips(case),
                    case.reference,
                    case.lead.name if case.lead else "–",
                    When(case.touched_at),
                ],
                url=reverse("cases:case", args=[case.pk]),
                tone="bad" if case.urgent else "",
            )
            for case in page.rows
        ],
        filters=[
            Filter(
                "state",
                _("State"),
                [(state.value, labels.STATES[state][0]) for state in State],
                search.state,
                "" if search.is_of_all else _("Still open"),
            ),
            Filter("whose", _("Whose"), [("mine", _("Mine")), ("released", _("Released to us"))], search.whose),
            Filter("hand", _("Attention"), [("raised", _("Needs attention"))], search.hand),
            Filter("number", _("External identifier"), list(FILTER.items()), search.number),
        ],
        search=search.text,
        search_label=_("Code, journal number or external identifier"),
        page=page,
        empty=Empty(
            _("No case"),
            _("Cases of your organisation are listed here."),
            reverse("cases:new") if may_open else "",
            _("Open a case") if may_open else "",
        ),
        id="cases",
    )


def _state(case: Case, numbers: Iterable[Chip] = ()) -> Any:
    found = [labels.state(case.state)]
    if case.urgent:
        found.insert(0, Chip(_("Urgent"), "bad"))
    if getattr(case, "late", False) and State(case.state) in TO_DO:
        found.append(Chip(_("Task overdue"), "warning"))
    return format_html_join(" ", "{}", ((one,) for one in (*found, *numbers)))


def funnel_bars(found: Funnel) -> Bars:
    """Return how far the cases came; safeguarding before arrest."""
    return Bars(
        _("How far the cases came"),
        [
            (_("Cases"), found.cases),
            (_("With a report"), found.with_report),
            (_("A child was safeguarded"), found.safeguarded),
            (_("A suspect was identified"), found.suspect),
            (_("Charged"), found.charged),
            (_("Convicted"), found.convicted),
        ],
        _("Cases"),
    )


def sheet_context(viewer: Viewer, sheet: CaseSheet) -> dict[str, Any]:
    """Return all that the page of a case shows, but for the parts of other rooms."""
    case, state = sheet.record, State(sheet.record.state)
    works = sheet.own and viewer.may(Permission.CASE_WORK)
    edits = works and allows(state, Event.EDIT)
    return {
        **sheet.look.context(_("What was done")),
        "case": case,
        "sheet": sheet,
        "folds": True,
        "head": head(sheet),
        "facts": Definitions(list(_facts(sheet))),
        "edits": edits,
        "merges": works and allows(state, Event.MERGE),
        "parties": parties_table(sheet, edits=edits) if sheet.parties else None,
        "statements": [statement(one, sheet, edits=edits) for one in sheet.statements],
        "identifiers": identifiers_table(sheet, edits=edits) if sheet.identifiers else None,
        "tasks": tasks_table(sheet, edits=edits) if sheet.tasks else None,
        "links": [link_line(one, case, edits=edits) for one in sheet.links],
        "meetings": [meeting(viewer, one) for one in sheet.meetings if one.own.kind == "case" and _tells(one)],
        "came": came_facts(sheet.came) if sheet.came else None,
        "handovers": handovers_table(sheet.handovers, of_one=True) if sheet.handovers else None,
        "shared": [one for one in sheet.releases if one.recalled_at is None and _is_share(one, sheet)],
        "facts_lane": facts_lane(sheet),
    }


def _is_share(release: Any, sheet: CaseSheet) -> bool:
    """A release of the page alone, not one by which the case was handed over."""
    return release.pk not in {one.release_id for one in sheet.handovers}


def _tells(met: Any) -> bool:
    """Whether to show a meeting: one with a record of the same desk that is no case repeats the list of links."""
    return not met.inside or (met.other is not None and met.other.kind == "case")


def head(sheet: CaseSheet) -> Head:
    """Return the head of a case: of what, whose, since when; the first task that is due is its clock."""
    case = sheet.record
    said = [one.report.offence for one in sheet.links if one.report and one.report.offence != "unclear"]
    of_others = _("Case of %(name)s") % {"name": case.organisation.name}
    what = str(OFFENCES[said[0]]) if said else _("Case") if sheet.own else of_others
    lead = _("lead %(name)s") % {"name": case.lead.name} if case.lead else ""
    since = _("since %(day)s") % {"day": spoken(case.opened_at)}
    chips = [Chip(_("Urgent"), "bad")] if case.urgent else []
    chips += [labels.state(case.state)]
    chips += [outcome_chips(case)] if case.outcome else []
    chips += [Chip(_("Synthetic"), "info")] if case.synthetic else []
    return Head(
        " · ".join(part for part in (what, lead, since) if part),
        " · ".join(part for part in (case.reference, case.code) if part),
        "" if case.reference else second_name(case.pk),
        chips,
        _first_due(sheet) if State(case.state) in OPEN else "",
        "" if case.lead else _("Nobody leads it."),
    )


def _first_due(sheet: CaseSheet) -> object:
    """Return the end of the day on which the first open task is due."""
    days = [one.row.due_on for one in sheet.tasks if one.row.done_at is None]  # type: ignore[union-attr]
    if not days:
        return ""
    due = Clock(timezone.make_aware(datetime.combine(min(days), time.max)))
    return format_html('<span class="quiet">{}</span> {}', _("First task"), due)


def _facts(sheet: CaseSheet) -> Iterable[tuple[object, object]]:
    case = sheet.record
    if case.reference:
        yield _("Journal number"), Code(case.reference)
    if case.lead:
        yield _("Lead"), case.lead.name
    yield _("Opened"), When(case.opened_at)
    if not sheet.own:
        yield _("Organisation"), case.organisation.name
    if case.closed_at:
        yield _("Closed"), When(case.closed_at)
    if sheet.own:
        yield _("Delete on"), date_format(case.review_date, "DATE_FORMAT")
    if sheet.root.pk != case.pk:
        yield _("Merged into"), Link(sheet.root.code, reverse("cases:case", args=[sheet.root.pk]))
    if sheet.absorbed:
        links = [(Link(one.code, reverse("cases:case", args=[one.pk])),) for one in sheet.absorbed]
        yield _("Absorbed"), format_html_join(", ", "{}", links)


def _number(row: Any, sheet: CaseSheet) -> str:
    """The number of a row; with the code of its case, if that was absorbed."""
    return str(row) if row.case_id == sheet.record.pk else f"{row.case.code} {row}"


def parties_table(sheet: CaseSheet, *, edits: bool) -> Table:
    """Return the persons of a case, apart by category: victims first."""
    order = list(Category)
    told = sorted(sheet.parties, key=lambda one: (order.index(Category(one.row.category)), one.row.number))  # type: ignore[union-attr]
    return Table(
        caption=_("Persons"),
        columns=[
            Column(_("Person")),
            Column(_("Category")),
            Column(_("Reference")),
            Column(_("Delete on")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[Row(_party_cells(one, sheet, edits=edits)) for one in told],
        id="parties",
    )


def _party_cells(one: Told, sheet: CaseSheet, *, edits: bool) -> list[Any]:
    party: Any = one.row
    name, case = _number(party, sheet), sheet.record.pk
    acts = [
        (_("Change category"), reverse("cases:category", args=[case, party.pk])),
        (_("Erase"), reverse("cases:erase-party", args=[case, party.pk])),
    ]
    hidden = Chip(_("Not shown to you"), "neutral")
    return [
        name,
        labels.category(party.category),
        Code(one.words) if one.words else hidden,
        date_format(party.kept_until, "SHORT_DATE_FORMAT"),
        RowActs(name, acts) if edits else "",
    ]


def statement(one: Told, sheet: CaseSheet, *, edits: bool) -> dict[str, Any]:
    """Return what the page shows of a statement: its mark, its words, where they come from."""
    row: Any = one.row
    later = getattr(row, "corrected_by", None)
    return {
        "number": f"{row.number}" if row.case_id == sheet.record.pk else f"{row.case.code} {row.number}",
        "mark": Chip(*labels.NATURES[Nature(row.nature)]),
        "fact": row.nature == Nature.FACT,
        "words": one.words,
        "quality": _quality(row),
        "party": _number(row.party, sheet) if row.party else "",
        "happened_at": row.happened_at,
        "author": row.author.name if row.author and sheet.own else _("came with the case") if sheet.own else "",
        "said_at": row.said_at,
        "corrects": row.corrects.number if row.corrects else None,
        "corrected_by": later.number if later else None,
        "correct_url": reverse("cases:correct", args=[sheet.record.pk, row.pk]) if edits and later is None else "",
    }


def _quality(row: Any) -> str:
    if row.nature == Nature.FACT:
        return f"{labels.SOURCES[Source(row.source)]}; {labels.CREDIBILITIES[Credibility(row.credibility)]}"
    return str(labels.CONFIDENCES[Confidence(row.confidence)])


def shown(identifier: Identifier) -> str:
    """Return an identifier as it is shown: no program makes a link of it."""
    text = identifier.value.replace("@", "[@]").replace(".", "[.]")
    return f"{identifier.service.replace('.', '[.]')} · {text}" if identifier.service else text


def identifiers_table(sheet: CaseSheet, *, edits: bool) -> Table:
    """Return the identifiers of a case, and what an address lacks."""
    return Table(
        caption=_("Identifiers"),
        columns=[
            Column(_("Identifier")),
            Column(_("To find somebody")),
            Column(_("Belongs to")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[Row(_identifier_cells(held, one, sheet, edits=edits)) for held, one in sheet.identifiers],
        id="identifiers",
    )


def _identifier_cells(held: Held, one: Identifier | None, sheet: CaseSheet, *, edits: bool) -> list[Any]:
    kind = labels.KINDS[Kind(held.kind)]
    url = reverse("cases:remove-identifier", args=[sheet.record.pk, held.pk])
    lacks = ", ".join(str(labels.MISSING[what]) for what in held.missing)
    lack = Chip(_("Lacks %(what)s") % {"what": lacks}, "warning") if lacks else Chip(_("Nothing is missing"), "good")
    return [
        format_html(
            '{} <span class="quiet">{} {}</span>', Code(shown(one)) if one else _("Not shown to you"), kind, _seen(one)
        ),
        lack,
        _number(held.party, sheet) if held.party else "–",
        RowActs(kind, [(_("Remove"), url)]) if edits else "",
    ]


def _seen(one: Identifier | None) -> Any:
    if one is None or one.kind is not Kind.ADDRESS:
        return ""
    port = _("port %(port)s") % {"port": one.port} if one.port else ""
    if one.at is None:
        return port
    at = When(one.at) if one.at.tzinfo else f"{one.at:%Y-%m-%d %H:%M:%S}"
    return format_html("{} {}", at, port)


def tasks_table(sheet: CaseSheet, *, edits: bool) -> Table:
    """Return what has to be done; what is overdue is marked."""
    return Table(
        caption=_("Tasks"),
        columns=[
            Column(_("What")),
            Column(_("Who")),
            Column(_("Until")),
            Column(_("Done")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[Row(_task_cells(one, sheet, edits=edits)) for one in sheet.tasks],
        id="tasks",
    )


def _task_cells(one: Told, sheet: CaseSheet, *, edits: bool) -> list[Any]:
    task: Any = one.row
    late = task.done_at is None and task.due_on < timezone.localdate()
    address = [sheet.record.pk, task.pk]
    acts = [
        (_("Done"), reverse("cases:task-done", args=address)),
        (_("Owner or day"), reverse("cases:task", args=address)),
    ]
    if task.done_at:
        acts = [(_("Open again"), reverse("cases:task-open", args=address))]
    day = date_format(task.due_on, "SHORT_DATE_FORMAT")
    done = format_html("{} {}", When(task.done_at), task.done_by.name) if task.done_at else "–"
    return [
        one.words or _("Not shown to you"),
        task.owner.name,
        format_html("{} {}", day, Chip(_("Overdue"), "bad")) if late else day,
        done,
        RowActs(_("Task %(number)s") % {"number": task.number}, acts) if edits else "",
    ]


def facts_lane(sheet: CaseSheet) -> Timeline | None:
    """Return the lane of what happened: statements that are dated facts and were not corrected, the earliest first."""
    dated = [
        (told.row, told.words)
        for told in sheet.statements
        if told.row.nature == Nature.FACT and told.row.happened_at and getattr(told.row, "corrected_by", None) is None  # type: ignore[union-attr]
    ]
    found = [
        Moment(row.happened_at, words or _("Not shown to you"), note=_("Statement %(n)s") % {"n": row.number})  # type: ignore[union-attr,arg-type]
        for row, words in sorted(dated, key=lambda pair: pair[0].happened_at)  # type: ignore[union-attr,arg-type,return-value]
    ]
    return Timeline(found, _("What happened")) if found else None
