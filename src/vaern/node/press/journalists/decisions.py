"""An officer's decisions about a registration: verify, accept, refuse, reconsider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.press.base.events import WORK, locked
from vaern.node.press.journalists import acts, places
from vaern.node.press.journalists.mails import tell
from vaern.node.press.models import Registration, Verification
from vaern.node.press.models.registration import SEALED
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import Checked, Event, State, Who
from vaern.node.web.versions import mark_of, overtaken

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.rules.states import How


def checked(registration: Registration) -> frozenset[Checked]:
    """Return what is verified now: the last result of each check counts."""
    last = {one.what: one.good for one in Verification.of(registration=registration).order_by("id")}
    return frozenset(Checked(what) for what, good in last.items() if good)


@transaction.atomic
def check(viewer: Viewer, registration: Registration, what: Checked, how: How, *, good: bool) -> Verification:
    """Note that the medium or the card was verified, how, and with what result.

    Raises:
        Refusal: not in this state.
    """
    found = _own(viewer, registration)
    rules.after(State(found.state), Event.CHECK, Who.OFFICER)
    assert viewer.person is not None  # no key has the permission
    made: Verification = Verification.everywhere.create(
        registration=found, organisation=found.organisation, what=what.value, how=how.value, good=good, by=viewer.person
    )
    record(acts.CHECKED, found.subject, viewer.actor, WORK, tags={"what": what.value, "good": int(good)})
    return made


@transaction.atomic
def accept(viewer: Viewer, registration: Registration, words: str = "") -> Registration:
    """Accredit a journalist with a badge, or put them on the waiting list if all places are taken.

    Raises:
        Refusal: not verified, late without a word why, or not in this state.
    """
    found = _own(viewer, registration)
    problem = rules.problem_with_accepting(checked=checked(found), late=found.late, words=words)
    full = places.taken(found.event) >= found.event.capacity
    after = rules.after(State(found.state), Event.LIST if full else Event.ACCEPT, Who.OFFICER)
    if problem:
        raise Refusal(problem)
    found.decided_by, found.decided_at, found.words = viewer.person, timezone.now(), seal(words.strip(), SEALED)
    if full:
        found.state = after.value
        found.save()
        tell(found, "listed")
    else:
        places.seat(found, Who.OFFICER)
    record(acts.LISTED if full else acts.ACCEPTED, found.subject, viewer.actor, WORK, tags={"late": int(found.late)})
    return found


@transaction.atomic
def refuse(viewer: Viewer, registration: Registration, words: str, shown: str = "") -> Registration:
    """Refuse a journalist, with a reason that they are told; a badge is void at once.

    Args:
        viewer: of its organisation.
        registration: which.
        words: the reason.
        shown: the mark of the state that the page showed (`web.versions`).

    Raises:
        Refusal: not in this state, or in another than the page showed.
        ValueError: no reason.
    """
    if not words.strip():
        raise ValueError("somebody who is refused is told why")
    found = _own(viewer, registration)
    if overtaken(shown, mark_of(found.state)):
        raise Stale(rules.DECIDED_MEANWHILE)
    had_place = found.state == State.ACCEPTED.value
    found.state = rules.after(State(found.state), Event.REFUSE, Who.OFFICER).value
    found.decided_by, found.decided_at, found.words = viewer.person, timezone.now(), seal(words.strip(), SEALED)
    found.save()
    tell(found, "refused", words=words.strip())
    record(acts.REFUSED, found.subject, viewer.actor, WORK)
    if had_place:
        places.free(found)
    return found


@transaction.atomic
def reconsider(viewer: Viewer, registration: Registration) -> Registration:
    """Reopen a refused registration: it awaits a decision as before.

    Raises:
        Refusal: not in this state.
    """
    found = _own(viewer, registration)
    found.state = rules.after(State(found.state), Event.RECONSIDER, Who.OFFICER).value
    found.decided_by, found.decided_at, found.words = None, None, b""
    found.save()
    record(acts.RECONSIDERED, found.subject, viewer.actor, WORK)
    return found


def _own(viewer: Viewer, registration: Registration) -> Registration:
    if registration.organisation_id != viewer.organisation.id:
        raise Refusal(rules.NOT_THEIRS)
    event = locked(registration.event)
    found: Registration = Registration.everywhere.select_for_update(of=("self",)).get(pk=registration.pk)
    found.event = event
    return found
