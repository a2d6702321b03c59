"""Police holds: they delay notices, have a reason, an owner and an end, expire by themselves, and are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.law import grounds
from vaern.node.reports.models import Hold, Location
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LONGEST_HOLD, LocationEvent
from vaern.node.reports.rules.states import Who
from vaern.node.reports.takedown import acts, elsewhere
from vaern.node.reports.takedown.locks import locked, locked_for_node, move, touched
from vaern.node.reports.takedown.tags import tags_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

SEALED = "hold"


@transaction.atomic
def hold(viewer: Viewer, reason: Reason, location: Location, until: datetime, words: str) -> Hold:
    """Start or extend a police hold; return it.

    Every desk that the report passed through waits too (`elsewhere`). All holds of a place together last no longer than
    the desk allows, and never longer than `rules.locations.LONGEST_HOLD`.

    Args:
        viewer: who may hold; they own it from now on.
        reason: why, for the ledger.
        location: the location to hold.
        until: when it expires.
        words: the reasons shown to those who wait.

    Raises:
        Refusal: the viewer is no person, words are missing, or end or state do not allow it.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    if viewer.person is None:
        raise Refusal(_("A person holds, not a key."))
    if not words.strip():
        raise Refusal(_("Say in words why the police needs time."))
    found, now = locked(viewer, location), timezone.now()
    grounds.check_act("hold", found.report)
    elsewhere.lock(found)
    running = Hold.everywhere.select_for_update().filter(location=found, ended_at__isnull=True).first()
    started = running.started_at if running else now
    latest = latest_end(found, started, running)
    if not now < until <= latest:
        raise Refusal(
            _("It has to end after now and by %(latest)s: a location is held for %(hours)s hours in all at most.")
            % {"latest": date_format(timezone.localtime(latest), "SHORT_DATETIME_FORMAT"), "hours": _hours(found)}
        )
    move(found, LocationEvent.HOLD, Who.POLICE, viewer.person)
    found.save(update_fields=["state"])
    if running:
        running.ends_at, running.owner, running.words = until, viewer.person, seal(words, SEALED)
        running.save(update_fields=["ends_at", "owner", "words"])
    else:
        running = Hold.everywhere.create(
            location=found,
            organisation=viewer.organisation,
            owner=viewer.person,
            words=seal(words, SEALED),
            started_at=now,
            ends_at=until,
        )
    touched(viewer, found)
    elsewhere.tell(viewer, found, acts.HELD_ELSEWHERE)
    act = acts.HOLD_PROLONGED if started != now else acts.HELD
    record(act, found.report.subject, viewer.actor, reason, tags=tags_of(found))
    return running


@transaction.atomic
def release(viewer: Viewer, reason: Reason, location: Location) -> Location:
    """Release a hold before it expires.

    Raises:
        Refusal: there is none.
    """
    found = locked(viewer, location)
    move(found, LocationEvent.HOLD_ENDS, Who.POLICE, viewer.person)
    found.save(update_fields=["state"])
    touched(viewer, found)
    elsewhere.tell(viewer, found, acts.RELEASED_ELSEWHERE)
    record(acts.HOLD_RELEASED, found.report.subject, viewer.actor, reason, tags=tags_of(found))
    return found


def release_due(now: datetime | None = None) -> int:
    """Release expired holds, each in its own transaction; return how many."""
    now = now or timezone.now()
    due = Hold.everywhere.filter(ended_at__isnull=True, ends_at__lte=now).order_by("ends_at", "id")
    return each("reports.holds", due.values_list("location", flat=True), _end_over)


def _end_over(location: UUID) -> bool:
    locked_for_node(location)  # ends what is over
    return not Hold.everywhere.filter(location=location, ended_at__isnull=True).exists()


def latest_end(location: Location, started: datetime, running: Hold | None) -> datetime:
    """Return the latest end of a hold: all holds of a place, here and elsewhere, have one maximum."""
    others = Hold.of(location=location).filter(ended_at__isnull=False)
    if running:
        others = others.exclude(pk=running.pk)
    spans = [(start, end) for start, end in others.values_list("started_at", "ended_at") if end]
    spans += elsewhere.spans(location)
    return takedown.latest_end(started, spans, desk_of(location.organisation).longest_hold_hours, LONGEST_HOLD)


def _hours(location: Location) -> int:
    return min(desk_of(location.organisation).longest_hold_hours, int(LONGEST_HOLD / timedelta(hours=1)))
