"""From what the queries return to what the pages show of requests of other countries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import labels as ours
from vaern.node.cases.assistance import presenters as outgoing
from vaern.node.cases.assistance.incoming import labels
from vaern.node.cases.assistance.incoming.offers import offers
from vaern.node.cases.assistance.incoming.state import asker_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.rules.incoming import Who
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.term_files import table
from vaern.node.cases.rules.terms import Duty
from vaern.node.casework.history import history
from vaern.node.casework.releases.presenters import progress_words
from vaern.node.law.labels import said, verified
from vaern.node.law.records import Basis
from vaern.node.organisations.rules import Permission
from vaern.node.web.codenames import second_name
from vaern.node.web.components import Chip, Clock, Definitions, Empty, Timeline, When
from vaern.node.web.components import Event as Happened
from vaern.node.web.records import Head, Tab
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from vaern.node.cases.assistance.incoming.queries import Sheet
    from vaern.node.cases.models import IncomingRequest
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.cases.rules.terms import Due, Term
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def requests_table(viewer: Viewer, page: Page[IncomingRequest], book: Book, state: str) -> Table:
    """Return the list: urgent first, then what is due first."""
    choices = [
        ("late", _("Past their time")),
        ("all", _("All")),
        *((code.value, label) for code, (label, _tone) in labels.STATES.items()),
    ]
    return Table(
        caption=_("Requests of other countries"),
        columns=[
            Column(_("Request"), sort="code"),
            Column(_("From"), sort="country"),
            Column(_("Instrument"), sort="instrument"),
            Column(_("Urgent"), sort="urgent"),
            Column(_("State"), sort="state"),
            Column(_("Due next"), sort="due"),
            Column(_("Until"), sort="until"),
            Column(_("Executing desk"), sort="desk"),
        ],
        rows=[_row(viewer, one, book) for one in page.rows],
        filters=[Filter("state", _("State"), choices, state, _("Still open"))],
        page=page,
        id="incoming",
        empty=Empty(_("No request"), _("Requests of other countries are listed here for the authority that is asked.")),
    )


def _row(viewer: Viewer, one: IncomingRequest, book: Book) -> Row:
    country = ours.country(one.requesting, book)
    asker = asker_of(one)[0] if one.organisation_id == viewer.organisation.id else ""
    return Row(
        [
            one.code,
            f"{country}: {asker}" if asker else country,
            said(read(one.pinned).instrument.name),
            Chip(_("Yes"), "bad") if one.urgent else _("No"),
            labels.state(one.state),
            labels.DUTIES[Duty(one.due)] if one.due else "–",
            Clock(one.due_at) if one.due else "–",
            one.desk.name if one.desk else "–",
        ],
        url=reverse("cases:incoming-request", args=[one.pk]),
        tone="bad" if one.urgent else "",
    )


def request_context(viewer: Viewer, sheet: Sheet, book: Book) -> dict[str, Any]:
    """Return what the page of a request shows to one side."""
    request = sheet.request
    of_authority = sheet.side is Who.AUTHORITY
    return {
        "request_": request,
        "head": head(viewer, sheet, book),
        "tabs": [one for one in Tab if one is not Tab.WORK or sheet.notes],
        "facts": facts(sheet, book),
        "dues": dues_table(sheet),
        "unverified": sheet.law.unverified,
        "missing": [_label(one) for one in sheet.law.form.fields if one.code in sheet.complete.missing],
        "fields": _fields(sheet),
        "law": _law(sheet),
        "differences": differences_table(sheet) if sheet.differences else None,
        "of_authority": of_authority,
        "kept": _kept(viewer, sheet),
        "documents": sheet.documents,
        "letters": Timeline([_letter(note, words) for note, words in sheet.notes], _("Correspondence")),
        "history": history(request, request.code, sheet.history) if of_authority else None,
    }


def head(viewer: Viewer, sheet: Sheet, book: Book) -> Head:
    """Return the head of a request of another country: what they ask, who has it, what is due."""
    request = sheet.request
    given = {"data": ours.DATA[DataKind(request.data)], "country": ours.country(request.requesting, book)}
    chips = [Chip(_("Urgent"), "bad")] if request.urgent else []
    chips += [labels.state(request.state)]
    due: object = ""
    if request.due and request.due_at:
        due = format_html('<span class="quiet">{}</span> {}', labels.DUTIES[Duty(request.due)], Clock(request.due_at))
    return Head(
        _("%(data)s, asked for by %(country)s") % given,
        request.code,
        second_name(request.pk),
        chips,
        due,
        _("With %(name)s") % {"name": (request.desk or request.organisation).name},
        list(offers(viewer, sheet)),
    )


def facts(sheet: Sheet, book: Book) -> Definitions:
    """Return who asks for what, and how far it is; of the authority that asks, a desk reads the country alone."""
    request, (authority, reference) = sheet.request, sheet.asker
    grounds = {one.code: labels.ground(one) for one in table().grounds}
    return Definitions(
        [
            (_("Instrument"), said(sheet.law.instrument.name)),
            *([(_("Ground"), grounds.get(request.ground, request.ground))] if request.ground else []),
            *([(_("Expected until"), date_format(request.postponed_until))] if request.postponed_until else []),
            (_("Country that asks"), ours.country(request.requesting, book)),
            *([(_("Authority that asks"), authority)] if authority else []),
            *([(_("Its reference"), reference)] if authority and reference else []),
            *_elsewhere(sheet),
            (_("Central authority"), request.organisation.name),
            *([(_("Executing desk"), request.desk.name)] if request.desk else []),
            (_("To be kept from the person concerned"), _("Yes") if request.confidential else _("No")),
            (_("Received"), When(request.received_at)),
            *([(_("Language"), request.language)] if request.language else []),
            *([(_("Prosecution is barred after"), date_format(request.limitation))] if request.limitation else []),
            *([(_("Handed over"), _("In part"))] if request.partial else []),
        ]
    )


def _elsewhere(sheet: Sheet) -> list[tuple[object, object]]:
    """Return what there is to say of a request that came from another node: to its authority here alone."""
    request = sheet.request
    if sheet.side is not Who.AUTHORITY or request.about is None or request.sender is None:
        return []
    expected = request.said.get("expected")
    return [
        (_("Node"), request.sender.node),
        *([(_("They say they expect the answer"), When(datetime.fromisoformat(expected)))] if expected else []),
        *([(_("Our last word to them"), progress_words(sheet.progress))] if sheet.progress else []),
    ]


def _fields(sheet: Sheet) -> list[tuple[object, str]]:
    """Return what it says by field; fields that our form does not have under the names of the node that sent it."""
    known = {one.code: _label(one) for one in sheet.law.form.fields}
    theirs = sheet.request.said.get("names", {}) if sheet.side is Who.AUTHORITY else {}
    more = {code: theirs.get(code, code) for code in sheet.values if code not in known}
    return [(label, sheet.values[code]) for code, label in {**known, **more}.items() if code in sheet.values]


def differences_table(sheet: Sheet) -> Table:
    """Return where the law of the node that asks is otherwise than ours."""
    return Table(
        caption=_("Where their node has the law otherwise"),
        columns=[Column(_("What")), Column(_("Here")), Column(_("There"))],
        rows=[Row([one.path, one.ours or "–", one.theirs or "–"]) for one in sheet.differences],
        id="differences",
    )


def dues_table(sheet: Sheet) -> Table:
    """Return what is due until when, by which law."""
    country = sheet.request.requested
    return Table(
        caption=_("What is due"),
        columns=[Column(_("Duty")), Column(_("Until")), Column(_("Left")), Column(_("By which law"))],
        rows=[_due(one, country) for one in sheet.dues],
        empty=Empty(_("Nothing is due"), _("No law and no plan says until when.")),
        id="dues",
    )


def _due(one: Due, country: str) -> Row:
    if one.at is None:
        until: object = _("Stands still, or has not begun")
    else:
        until = ours.end(one.at, country)
    left = Clock(one.at, one.met) if one.at else Chip(_("Done"), "good") if one.met else "–"
    return Row([labels.DUTIES[one.duty], until, left, _by(one.term)])


def _by(term: Term | None) -> object:
    if term is None:
        return _("Asked for in the request")
    marks = {Basis.READ: "", Basis.RECALLED: _("recalled"), Basis.ASSUMED: _("a figure to plan by")}
    chip = Chip(marks[term.basis], "neutral") if marks[term.basis] else ""
    return format_html("{} {} {}", term.source, chip, said(term.note) if term.note else "")


def _kept(viewer: Viewer, sheet: Sheet) -> dict[str, Any] | None:
    if sheet.kept is None:
        return None
    return {
        "lost_on": outgoing.lost_on(sheet.kept),
        "table": outgoing.clocks_table(
            sheet.kept.clocks,
            may_work=viewer.may(Permission.ASSISTANCE_WORK),
            caption=_("Clocks of %(name)s") % {"name": sheet.kept.held.label},
        ),
    }


def _law(sheet: Sheet) -> Definitions:
    law = sheet.law
    return Definitions(
        [
            (_("Treaty"), ours.cited(law.treaty)),
            (_("Provision"), law.instrument.provision),
            (_("Versions"), ", ".join(f"{one['key']} v{one['version']}" for one in law.versions)),
            (_("Verified by a person"), verified(not law.unverified)),
        ]
    )


def _letter(note: Any, words: str) -> Happened:
    who = note.by.name if note.by else ""
    name = f"{who}, {note.organisation.name}" if who else note.organisation.name
    return Happened(note.at, labels.HAPPENED.get(note.event, note.event), who=name, note=words)


def _label(field: Any) -> str:
    label = said({"en": field.en, "da": field.da})
    return f"({field.mark}) {label}" if field.mark else label
