"""What the page of a request of another country offers: to the authority that is asked, and to the executing desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.assistance.incoming import labels
from vaern.node.cases.assistance.incoming.actions import extendable
from vaern.node.cases.rules.incoming import Event, State, Who
from vaern.node.organisations.rules import Permission
from vaern.node.web.records import Offer, Rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.cases.assistance.incoming.queries import Sheet
    from vaern.node.organisations.viewers import Viewer

NEXT: dict[State, Event] = {
    State.RECEIVED: Event.ACKNOWLEDGE,
    State.ACKNOWLEDGED: Event.RECOGNISE,
    State.COMPLETION: Event.COMPLETE,
    State.RECOGNISED: Event.PASS,
    State.POSTPONED: Event.RESUME,
    State.WITH_DESK: Event.EXECUTE,
    State.EXECUTED: Event.ANSWER,
}
ENDING = frozenset({Event.REFUSE, Event.WITHDRAW})
ANSWERS = frozenset({Event.ANSWER, Event.ANSWER_PART})


def offers(viewer: Viewer, sheet: Sheet) -> Iterable[Offer]:
    """Yield what the viewer can do to a request of another country."""
    of_authority, address = sheet.side is Who.AUTHORITY, [sheet.request.pk]
    yield from _events(viewer, sheet)
    if of_authority:
        yield Offer(_("Add a document"), reverse("cases:attach-incoming", args=address))
    if sheet.side is not None and viewer.may(Permission.ASSISTANCE_WORK):
        yield Offer(_("Add to the correspondence"), reverse("cases:correspond-incoming", args=address))
    if of_authority:
        receipt = reverse("cases:incoming-receipt", args=address)
        yield Offer(_("Confirmation of receipt as PDF"), receipt, in_place=False)


def _events(viewer: Viewer, sheet: Sheet) -> Iterable[Offer]:
    if not viewer.may(Permission.ASSISTANCE_SEND if sheet.side is Who.AUTHORITY else Permission.ASSISTANCE_WORK):
        return
    may, address = set(sheet.possible), [sheet.request.pk]
    if not extendable(sheet.request):
        may.discard(Event.EXTEND)
    wanted = NEXT.get(State(sheet.request.state))
    if wanted is Event.RECOGNISE and sheet.complete.missing:
        wanted = Event.ASK
    if Event.PASS in may:
        yield Offer(_("Pass to a desk"), reverse("cases:pass-incoming", args=address), _rank(Event.PASS, wanted))
    for event, label in labels.DO.items():
        if event in may:
            yield _event(viewer, sheet, event, label, _rank(event, wanted))
    if Event.WRITE in may:
        yield Offer(_("Correct"), reverse("cases:correct-incoming", args=address))
        yield Offer(_("Fill in"), reverse("cases:write-incoming", args=address))


def _rank(event: Event, wanted: Event | None) -> Rank:
    return Rank.NEXT if event is wanted else Rank.ENDING if event in ENDING else Rank.WORK


def _event(viewer: Viewer, sheet: Sheet, event: Event, label: object, rank: Rank) -> Offer:
    """Return the offer of an event. Whoever executed does not answer."""
    route = "cases:incoming-event" if sheet.side is Who.AUTHORITY else "cases:incoming-desk-event"
    executed = viewer.person is not None and sheet.request.executed_by_id == viewer.person.pk
    why = _("You executed it: somebody else answers.") if executed and event in ANSWERS else ""
    url = reverse(route, args=[sheet.request.pk, event.value])
    return Offer(label, url, rank, "danger" if event in ENDING else "", obstacle=why)
