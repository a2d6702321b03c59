"""What the page of a case offers: what its state asks for first, then all else, and last what ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.base import labels
from vaern.node.cases.outcomes.actions import history
from vaern.node.cases.rules.case import OPEN, Event, State, allows
from vaern.node.cases.work.actions import MOVES
from vaern.node.organisations.rules import Permission
from vaern.node.reports.rules import outcomes
from vaern.node.web.records import Offer, Rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.cases.models import Case
    from vaern.node.organisations.viewers import Viewer


def offers(viewer: Viewer, case: Case) -> Iterable[Offer]:
    """Yield what those who work on a case of their own organisation can do with it as a whole."""
    if case.organisation_id != viewer.organisation.id:
        return
    if viewer.may(Permission.CASE_WORK):
        yield from _work(case)
    if viewer.may(Permission.CASE_RELEASE):
        yield from _sight(case)
    if viewer.may(Permission.CASE_ERASE) and State(case.state) is not State.MERGED:
        yield Offer(_("Erase"), reverse("cases:erase", args=[case.pk]), Rank.ENDING, "danger")


def _work(case: Case) -> Iterable[Offer]:
    state, address = State(case.state), [case.pk]
    if allows(state, Event.ACCEPT):
        yield Offer(_("Accept the case"), reverse("cases:accept", args=address), Rank.NEXT)
        yield Offer(_("Drop it"), reverse("cases:drop", args=address), Rank.ENDING)
    yield from _moves(case)
    if allows(state, Event.EDIT):
        if state is not State.OPENED:  # what is new is begun first
            yield Offer(_("Add a statement"), reverse("cases:add-statement", args=address), Rank.NEXT)
        yield Offer(_("Change"), reverse("cases:edit", args=address))
        yield Offer(_("Link"), reverse("cases:link", args=address))
    if allows(state, Event.MERGE):
        yield Offer(_("Merge"), reverse("cases:merge", args=address))
    if allows(state, Event.SEPARATE):
        yield Offer(_("Separate"), reverse("cases:separate", args=address))
    yield Offer(_("Keep longer"), reverse("cases:keep", args=address))


def _moves(case: Case) -> Iterable[Offer]:
    """Yield the events that only move a case. It is closed with an outcome that ends it; before, that is said first."""
    state = State(case.state)
    ended = state in OPEN and outcomes.latest(history(case)) in outcomes.FINAL
    for event in (Event.CLOSE, *(one for one in MOVES if one is not Event.CLOSE)):
        if not allows(state, event):
            continue
        label, url = labels.EVENTS[event], reverse("cases:move", args=[case.pk, event.value])
        if event is Event.CLOSE and not ended:
            missing = _("Say first what came of it: a case is closed with an outcome that ends it.")
            step = (_("Say what came of it"), reverse("cases:outcome", args=[case.pk]))
            yield Offer(label, url, Rank.ENDING, obstacle=missing, step=step)
        else:
            is_next = event in {Event.START, Event.CLOSE}
            yield Offer(label, url, Rank.NEXT if is_next else Rank.WORK)


def _sight(case: Case) -> Iterable[Offer]:
    state, address = State(case.state), [case.pk]
    if allows(state, Event.HAND_OVER):
        yield Offer(_("Hand over"), reverse("cases:hand-over", args=address))
    if allows(state, Event.TAKE_BACK):
        yield Offer(_("Take back"), reverse("cases:take-back", args=address))
    if state not in {State.ARRIVED, State.DROPPED, State.MERGED}:
        yield Offer(_("Release"), reverse("cases:release", args=address))
