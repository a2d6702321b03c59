"""What the page of a series offers: the child's safety first, then what brings the series on, then what is rare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.rules import Permission
from vaern.node.victims.base import labels
from vaern.node.victims.clues.presenters import named
from vaern.node.victims.rules.series import REOPENS, TRANSITIONS, Event, State, Who, possible
from vaern.node.victims.sharing.actions import desks_of_country
from vaern.node.web.records import Offer, Rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series

LINKS: dict[Event, str] = {
    Event.SAFEGUARD: "safeguard",
    Event.ANALYSE: "analyse",
    Event.PROPOSE_COUNTRY: "propose-country",
    Event.IDENTIFY: "identify",
    Event.LATE_OUTCOME: "late-outcome",
    Event.CLOSE: "close-series",
    Event.OTHER_CHILD: "other-child",
    Event.DROP_COUNTRY: "drop-country",
    Event.REOPEN: "reopen-series",
    Event.RETRACT: "retract",
    Event.CLOSE_UNSAFEGUARDED: "close-series",
    Event.CLOSE_UNIDENTIFIED: "close-series",
}
"""The route of each event that those who work on a series cause, in the order in which the page offers them."""

NEXT: dict[State, Event] = {
    State.NEW: Event.ANALYSE,
    State.ANALYSED: Event.PROPOSE_COUNTRY,
    State.IDENTIFIED: Event.SAFEGUARD,
    State.SAFEGUARDED: Event.CLOSE,
}
"""What a state asks of those who work on a series; where the country is proposed, it is disseminated."""

ENDING = frozenset({Event.RETRACT, Event.CLOSE_UNSAFEGUARDED, Event.CLOSE_UNIDENTIFIED})


def offers(viewer: Viewer, series: Series) -> Iterable[Offer]:
    """Yield what the viewer can do to a series: its owner, or the desk that accepted it."""
    if series.absorbed_into_id is not None:
        return
    own, address = series.organisation_id == viewer.organisation.id, [series.pk]
    works = viewer.may(Permission.SERIES_WORK)
    if own and viewer.may(Permission.SERIES_RELEASE):
        yield from _dissemination(viewer, series)
    if works and (own or series.accepted_by_id == viewer.organisation.id):
        yield from _events(series, Who.WORKER if own else Who.RECIPIENT)
    if works and State(series.state) is not State.CLOSED:
        is_next = not own and State(series.state) is State.ACCEPTED and series.accepted_by_id == viewer.organisation.id
        yield Offer(_("Add a clue"), reverse("victims:add-clue", args=address), Rank.NEXT if is_next else Rank.WORK)
    if own and works:
        if series.working != viewer.person:
            yield Offer(_("I work on it"), reverse("victims:work-on-series", args=address))
        else:
            yield Offer(_("I no longer work on it"), reverse("victims:leave-series", args=address))
        yield Offer(_("Graded VICS back"), reverse("victims:series-graded", args=address), in_place=False)
        yield Offer(_("Keep longer"), reverse("victims:keep-series", args=address))
    if own and viewer.may(Permission.SERIES_RELEASE):
        there = reverse("victims:series-workstation", args=address)
        yield Offer(_("VICS for a workstation"), there, in_place=False)
    if own and viewer.may(Permission.SERIES_ERASE):
        yield Offer(_("Erase"), reverse("victims:erase-series", args=address), Rank.ENDING, "danger")


def _events(series: Series, who: Who) -> Iterable[Offer]:
    state = State(series.state)
    may, next_one = possible(state, who), NEXT.get(state)
    for event, route in LINKS.items():
        if event not in may or (event in REOPENS and event is not Event.REOPEN):
            continue
        rank = Rank.NEXT if event is next_one else Rank.ENDING if event in ENDING else Rank.WORK
        yield Offer(labels.EVENTS[event], reverse(f"victims:{route}", args=[series.pk]), rank)


def _dissemination(viewer: Viewer, series: Series) -> Iterable[Offer]:
    """Yield the dissemination; where no desk of the country is left to receive it, why, and another country instead."""
    state = State(series.state)
    if (state, Event.DISSEMINATE) not in TRANSITIONS or series.country is None:
        return
    label, url = labels.EVENTS[Event.DISSEMINATE], reverse("victims:disseminate", args=[series.pk])
    desks = desks_of_country(viewer, series)
    if any(not one.until for one in desks):
        yield Offer(label, url, Rank.NEXT if state is State.COUNTRY_PROPOSED else Rank.WORK)
        return
    country = {"country": named(series.country)}
    why = _("Every desk of %(country)s has it.") if desks else _("Nobody in %(country)s can receive it.")
    step = (_("Propose another country"), reverse("victims:propose-country", args=[series.pk]))
    yield Offer(label, url, obstacle=why % country, step=step if viewer.may(Permission.SERIES_WORK) else None)
