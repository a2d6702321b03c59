"""From what the queries return to what the pages show: tables, chips, clocks, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import labels, queries
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.offers import offers
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.assistance.providers.presenters import provider_says
from vaern.node.cases.assistance.providers.register import find
from vaern.node.cases.evidence import presenters as evidence
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.assistance import OUT, State, Translation
from vaern.node.cases.rules.clocks import Alarm, Origin, Settled
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.casework.history import history
from vaern.node.casework.releases.presenters import progress_words
from vaern.node.casework.sheets import SheetPart
from vaern.node.law.labels import said, verified
from vaern.node.organisations.rules import Permission
from vaern.node.web.codenames import second_name
from vaern.node.web.components import Chip, Clock, Definitions, Empty, Link, Part, Score, Timeline, When
from vaern.node.web.components import Event as Happened
from vaern.node.web.records import Head, RowActs, Tab
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.cases.assistance.queries import Kept, Sheet, Watched
    from vaern.node.cases.models import AssistanceRequest, Case, HeldData, KeepingClock
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.cases.rules.routes import Answer
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def sheet_part(viewer: Viewer, case: Case, reason: Reason) -> SheetPart | None:
    """Return the data that providers hold, their clocks and the requests: a part of the page of an own case."""
    if case.organisation_id != viewer.organisation.id or not viewer.may(Permission.ASSISTANCE_VIEW):
        return None
    asking = viewer.organisation.member.code if viewer.organisation.member else ""
    kept, requests = queries.kept_for(viewer, case, reason), queries.requests_of(viewer, case)
    shown = [kept_context(one, asking, may_work=viewer.may(Permission.ASSISTANCE_WORK)) for one in kept]
    first = next((one for one in shown if one["provider"] and one["provider"]["uncertain"]), None)
    return SheetPart(
        _("Legal assistance"),
        "cases/assistance/part.html",
        {
            "case": case,
            "kept": [
                {**one, "sign": one is first} for one in shown
            ],  # one sign a page, however many rows are uncertain
            "requests": requests_table(viewer, requests, current(), of_case=True) if requests else None,
            "may_work": viewer.may(Permission.ASSISTANCE_WORK),
        },
        count=len(shown) + len(requests),
        open=True,
    )


def kept_context(one: Kept, asking: str, *, may_work: bool) -> dict[str, Any]:
    """Return data that a provider holds as a page shows them to somebody of a country."""
    return {
        "held": one.held,
        "facts": Definitions(
            [
                (_("Provider"), one.details.get("provider", "")),
                (_("Account or identifier"), one.details.get("identifier", "") or "–"),
                (_("Kind of data"), labels.DATA[DataKind(one.held.data)]),
                (_("Lost on"), lost_on(one)),
                *([(_("Answer expected"), labels.end(one.expected, one.held.holder))] if one.expected else []),
            ]
        ),
        "provider": provider_says(find(one.details.get("provider", ""), asking), DataKind(one.held.data)),
        "too_early": one.too_early,
        "table": clocks_table(
            one.clocks, may_work=may_work, caption=_("Clocks of %(name)s") % {"name": one.held.label}
        ),
        "may_work": may_work,
    }


def lost_on(one: Kept) -> object:
    """Return until when data are there, as a clock; or that nothing keeps them."""
    if one.lost_on is None:
        return Chip(_("No clock runs"), "neutral")
    return format_html("{} {}", Clock(one.lost_on, soon=clocks.WARNED[0]), labels.end(one.lost_on, one.held.holder))


def clocks_table(
    rows: Sequence[Watched],
    *,
    may_work: bool,
    caption: object,
    with_case: bool = False,
    page: Page[KeepingClock] | None = None,
) -> Table:
    """Return clocks with their ends, bases and alarms; all of them, or those of a page."""
    first = [Column(_("Case"), sort="case"), Column(_("Data"), sort="data")] if with_case else []

    def cells(one: Watched) -> list[object]:
        held = one.clock.held
        return [str(held.needed_for), held.label] if with_case else []

    return Table(
        caption=caption,
        columns=[
            *first,
            Column(_("Basis"), sort="basis"),
            Column(_("Ends"), sort="ends"),
            Column(_("Left"), sort="ends"),
            Column(_("State")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    *cells(one),
                    basis_of(one),
                    labels.end(one.clock.ends_at, one.clock.held.holder),
                    left(one),
                    state_of(one),
                    buttons(one) if may_work else "",
                ],
                url=needed_for_url(one.clock.held) if with_case else "",
                tone=tone_of(one),
            )
            for one in rows
        ],
        empty=Empty(_("No clock runs"), _("Clocks of data that providers hold for your cases are listed here.")),
        page=page,
        id=f"clocks-{rows[0].clock.held_id}" if rows and not with_case else "clocks",
    )


def basis_of(one: Watched) -> object:
    """Return on what basis data are kept."""
    label = labels.ORIGINS[Origin(one.clock.origin)]
    return format_html("{} ({})", label, one.clock.basis) if one.clock.basis else label


def left(one: Watched) -> object:
    """Return what is left of a clock: at its end it is lapsed, whether or not that was recorded."""
    if one.clock.settled_at is not None:
        return Clock(one.clock.ends_at, one.clock.settled_at)
    return Clock(one.clock.ends_at, soon=clocks.WARNED[0])


def state_of(one: Watched) -> object:
    """Return how a clock stands."""
    if one.clock.settled:
        return Chip(*labels.SETTLED[Settled(one.clock.settled)])
    if one.lapsed:
        return Chip(_("Ran out"), "bad")
    if Alarm.TOO_EARLY in one.alarms:
        return Chip(_("Ends before the answer"), "bad")
    last = [alarm for alarm in one.alarms if alarm is not Alarm.TOO_EARLY]
    return Chip(labels.ALARMS[last[-1]], "warning") if last else Chip(_("Runs"), "neutral")


def tone_of(one: Watched) -> str:
    """Return the mark at a clock's row."""
    if one.clock.settled_at is not None:
        return ""
    return "bad" if one.lapsed or Alarm.TOO_EARLY in one.alarms else "warning" if one.alarms else ""


def buttons(one: Watched) -> object:
    """Return what can be done to a clock now."""
    clock, found = one.clock, []
    if clock.settled_at is None and not one.lapsed:
        found = [("cases:prolong-clock", _("Prolong")), ("cases:settle-clock", _("Stop"))]
    elif clock.lapsed_at is not None and clock.noted_at is None:
        found = [("cases:note-lapse", _("Take note"))]
    return RowActs(basis_of(one), [(label, reverse(name, args=[clock.pk])) for name, label in found])


def requests_table(
    viewer: Viewer,
    rows: Sequence[AssistanceRequest],
    book: Book,
    page: Page[AssistanceRequest] | None = None,
    state: str = "",
    *,
    of_case: bool = False,
) -> Table:
    """Return a list of requests."""
    own = viewer.organisation.id
    choices = [("open", _("Still open")), *((code.value, label) for code, (label, _tone) in labels.STATES.items())]
    return Table(
        caption=_("Requests for assistance"),
        columns=[
            Column(_("Request"), sort="code"),
            Column(_("Instrument"), sort="instrument"),
            Column(_("To"), sort="holder"),
            Column(_("State"), sort="state"),
            *([] if of_case else [Column(_("Desk"), sort="desk")]),
            Column(_("Answer expected"), sort="expected"),
            Column(_("Last changed"), sort="touched"),
        ],
        rows=[
            Row(
                [
                    one.code,
                    said(read(one.pinned).instrument.name),
                    labels.country(one.holder, book),
                    labels.state(one.state),
                    *([] if of_case else [_("Own") if one.organisation_id == own else one.organisation.name]),
                    expected_of(one),
                    When(one.touched_at),
                ],
                url=reverse("cases:request", args=[one.pk]),
                tone="warning" if one.ended_on and not one.decided else "",
            )
            for one in rows
        ],
        filters=[] if of_case else [Filter("state", _("State"), choices, state)],
        page=page,
        empty=Empty(_("No request"), _("Requests are drafted from a case, and handed over to a central authority.")),
        id="requests",
    )


def expected_of(one: AssistanceRequest) -> object:
    """Return when an answer is expected, or when it came."""
    if one.expected_at is None:
        return "–"
    return Clock(one.expected_at, one.answered_at)


def request_context(viewer: Viewer, sheet: Sheet, book: Book) -> dict[str, Any]:
    """Return what the page of a request shows."""
    request = sheet.request
    return {
        "request_": request,
        "head": head(viewer, sheet, book),
        "tabs": [one for one in Tab if one is not Tab.WORK or sheet.notes],
        "facts": facts(viewer, sheet, book),
        "score": completeness(sheet),
        "fields": [
            (_field_label(one.mark, one.en, one.da), sheet.values.get(one.code, ""), one.required)
            for one in sheet.law.form.fields
        ],
        "obstacles": [labels.OBSTACLES[one] for one in sheet.obstacles],
        "unverified": sheet.law.unverified,
        "law": law_facts(sheet),
        "kept": kept_context(
            sheet.kept, request.requesting, may_work=sheet.kept.held.organisation_id == viewer.organisation.id
        )
        if sheet.kept
        else None,
        "limits": sheet.limits,
        "letters": Timeline([_letter(note, words) for note, words in sheet.notes], _("Correspondence")),
        "history": history(request, request.code, sheet.history),
        "ended": request.ended_on is not None and not request.decided and sheet.side is not None,
        "ended_on": date_format(request.ended_on) if request.ended_on else "",
        "late": sheet.late,
        **sight_context(sheet),
    }


def head(viewer: Viewer, sheet: Sheet, book: Book) -> Head:
    """Return the head of a request: what is asked of whom, who has it, and when an answer is expected."""
    request = sheet.request
    given = {"data": labels.DATA[DataKind(request.data)], "country": labels.country(request.holder, book)}
    chips = [Chip(_("Urgent"), "bad")] if request.urgent else []
    chips += [labels.state(request.state)]
    at = request.authority if State(request.state) is not State.DRAFT and request.authority else request.organisation
    return Head(
        _("%(data)s, asked of %(country)s") % given,
        request.code,
        second_name(request.pk),
        chips,
        Clock(request.expected_at) if request.expected_at and State(request.state) in OUT else "",
        _("With %(name)s") % {"name": at.name},
        list(offers(viewer, sheet, book)),
    )


def sight_context(sheet: Sheet) -> dict[str, Any]:
    """Return what there is to say of how long the central authority sees a request."""
    end, now = sheet.sight_ends, timezone.now()
    return {
        "sight_ends": date_format(timezone.localtime(end)) if end and end <= now + clocks.WARNED[0] else "",
        "sight_ended": bool(end and end <= now),
    }


def facts(viewer: Viewer, sheet: Sheet, book: Book) -> Definitions:
    """Return what a request is about, and how far it is."""
    request = sheet.request
    in_case = request.organisation_id == viewer.organisation.id and viewer.may(Permission.CASE_VIEW)
    pairs: list[tuple[object, object]] = [
        (_("Instrument"), said(sheet.law.instrument.name)),
        *([(_("Case"), Link(request.case.code, case_url(request.case_id)))] if in_case else []),
        (_("Desk"), request.organisation.name),
        *([(_("Central authority"), request.authority.name)] if request.authority else []),
        (_("From"), labels.country(request.requesting, book)),
        (_("To"), labels.country(request.holder, book)),
        *([(_("Language"), request.language)] if request.language else []),
        (_("Translation"), labels.TRANSLATIONS[Translation(request.translation)]),
        *([(_("Sent"), When(request.sent_at))] if request.sent_at else []),
        *(
            [(_("Node"), request.sent_to.node), (_("On its way"), progress_words(sheet.progress))]
            if request.sent_to
            else []
        ),
        *([(_("Answer expected"), expected_of(request))] if request.expected_at else []),
        *([(_("They say they answer by"), When(request.promised_at))] if request.promised_at else []),
        *([(_("In the evidence register"), _registered(sheet))] if sheet.evidence else []),
    ]
    return Definitions(pairs)


def _registered(sheet: Sheet) -> object:
    return format_html_join(", ", '<a href="{}">{}</a>', [(evidence.at(one), one) for one in sheet.evidence])


def law_facts(sheet: Sheet) -> Definitions:
    """Return what a request rests on, as it was."""
    law = sheet.law
    return Definitions(
        [
            (_("Treaty"), labels.cited(law.treaty)),
            (_("Provision"), law.instrument.provision),
            (_("Versions"), ", ".join(f"{one['key']} v{one['version']}" for one in law.versions)),
            (_("Languages"), said(law.instrument.languages)),
            (_("Form after"), law.form.source),
            *([(_("Note"), said(law.instrument.note))] if law.instrument.note else []),
            (_("Verified by a person"), verified(not law.unverified)),
        ]
    )


def choice(one: Answer) -> str:
    """Return an instrument as something to choose, with how long it takes and whether that it reaches is certain."""
    words = f"{said(one.instrument.name)} – {labels.expectation(one.expects)}"
    return words if one.usable else _("%(instrument)s – look first: the table does not say") % {"instrument": words}


def completeness(sheet: Sheet) -> Score:
    """Return how complete a request is, with each required field as a part."""
    required = [one for one in sheet.law.form.fields if one.required]
    there = set(sheet.complete.filled)
    parts = [
        Part(_field_label(one.mark, one.en, one.da), int(one.code in there), "" if one.code in there else _("missing"))
        for one in required
    ]
    return Score(parts, of=max(1, len(required)), label=_("Completeness"))


def _field_label(mark: str, en: str, da: str) -> str:
    label = said({"en": en, "da": da})
    return f"({mark}) {label}" if mark else label


def _letter(note: Any, words: str) -> Happened:
    who = note.by.name if note.by else note.organisation.name
    return Happened(
        note.at, labels.EVENTS.get(note.event, note.event), who=f"{who}, {note.organisation.name}", note=words
    )


def needed_for_url(held: HeldData) -> str:
    """Return the address of what some data are needed for: a case, or a request of another country."""
    return case_url(held.case_id) if held.case_id else reverse("cases:incoming-request", args=[held.incoming_id])


def case_url(case: UUID) -> str:
    """Return the address of a case's page."""
    return reverse("cases:case", args=[case])
