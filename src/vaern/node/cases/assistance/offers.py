"""What the page of a request offers: what its state asks of this side first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.pinned_law import withheld
from vaern.node.cases.rules.assistance import Event, State
from vaern.node.organisations.rules import Permission
from vaern.node.web.records import Offer, Rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.cases.assistance.queries import Sheet
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.organisations.viewers import Viewer

NEXT: dict[State, Event] = {
    State.SENT: Event.ACKNOWLEDGE,
    State.ACKNOWLEDGED: Event.RECEIVE,
    State.CLARIFICATION: Event.CLARIFY,
    State.EXECUTED: Event.RECEIVE,
    State.EVIDENCE_RECEIVED: Event.NOTE_LIMITS,
}
"""What a state asks for, once a request is out. Before, it is filled in, handed over and sent."""

OF_THE_AUTHORITY = frozenset(
    {Event.ACKNOWLEDGE, Event.ASK, Event.CLARIFY, Event.EXECUTE, Event.REFUSE, Event.RETURN, Event.SEND}
)
"""What needs the permission to send, whoever's state it is."""


def possible(viewer: Viewer, sheet: Sheet) -> set[Event]:
    """Return the events that the viewer can cause now."""
    if not viewer.may(Permission.ASSISTANCE_WORK):
        return set()
    found = set(sheet.possible)
    return found if viewer.may(Permission.ASSISTANCE_SEND) else found - OF_THE_AUTHORITY


def offers(viewer: Viewer, sheet: Sheet, book: Book) -> Iterable[Offer]:
    """Yield what the viewer can do to a request."""
    request, may = sheet.request, possible(viewer, sheet)
    acts = viewer.may(Permission.ASSISTANCE_WORK) and sheet.side is not None
    if acts and request.ended_on is not None and not request.decided:
        yield Offer(_("Decide"), _at("decide-request", sheet), Rank.NEXT)
    yield from _before_it_is_sent(viewer, sheet, may)
    for event, label in labels.DO.items():
        if event in may:
            rank = Rank.NEXT if NEXT.get(State(request.state)) is event else Rank.WORK
            name = "authority-event" if event in OF_THE_AUTHORITY else "request-event"
            url = reverse(f"cases:{name}", args=[request.pk, event.value])
            danger = event is Event.WITHDRAW
            yield Offer(label, url, Rank.ENDING if danger else rank, "danger" if danger else "")
    if sheet.sight_ends and viewer.may(Permission.CASE_RELEASE) and request.organisation_id == viewer.organisation.id:
        yield Offer(_("Let the authority see it longer"), _at("prolong-sight", sheet))
    if acts:
        yield Offer(_("Add to the correspondence"), _at("correspond", sheet))
        yield from _papers(sheet, book)


def _before_it_is_sent(viewer: Viewer, sheet: Sheet, may: set[Event]) -> Iterable[Offer]:
    """Yield filling in, handing over and sending. What is not whole is filled in first."""
    state = State(sheet.request.state)
    is_whole = sheet.complete.whole if state is State.DRAFT else not sheet.obstacles
    if Event.WRITE in may:
        yield Offer(_("Fill in"), _at("write-request", sheet), Rank.WORK if is_whole else Rank.NEXT)
    if Event.HAND_OVER in may and viewer.may(Permission.CASE_RELEASE):
        rank = Rank.NEXT if is_whole else Rank.WORK
        yield Offer(_("Hand over"), _at("hand-over-request", sheet), rank)
    if Event.SEND in may:
        why = " ".join(str(labels.OBSTACLES[one]) for one in sheet.obstacles)
        step = (_("Fill in"), _at("write-request", sheet)) if Event.WRITE in may else None
        yield Offer(_("Send"), _at("send-request", sheet), Rank.NEXT, obstacle=why, step=step if why else None)


def _papers(sheet: Sheet, book: Book) -> Iterable[Offer]:
    url = _at("request-pdf", sheet)
    if not withheld(sheet.law, book):
        yield Offer(_("Download as PDF"), url, in_place=False)
        return
    yield Offer(_("PDF for the provider"), url, in_place=False)
    yield Offer(_("PDF for the enforcing authority"), f"{url}?for=authority", in_place=False)


def _at(name: str, sheet: Sheet) -> str:
    return reverse(f"cases:{name}", args=[sheet.request.pk])
