"""Notices to hosts: sent, repeated, escalated. Never while the police holds, never on an old trace, police first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.reports.base import flagger_status, provider_names
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.law import grounds
from vaern.node.reports.models import Host, Location, Notice
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LocationEvent, LocationState
from vaern.node.reports.rules.states import Who
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import acts, citations, elsewhere, mails, queries, tokens
from vaern.node.reports.takedown.locks import (
    TO_REMOVE,
    in_action_or_refuse,
    locked,
    locked_for_node,
    move,
    not_to_act_on,
    touched,
)
from vaern.node.reports.takedown.tags import standing, tags_of_notice

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer


MOST_STEPS = 500
"""Mails of one round."""


def contacts(location: Location) -> dict[Level, Host]:
    """Return the parties that can be notified of a location by mail."""
    found = {Level.HOST: location.host, Level.OWNER: location.owner, Level.REGISTRAR: location.registrar}
    return {level: host for level, host in found.items() if host and host.abuse}


def obstacle(location: Location, now: datetime | None = None) -> str:
    """Return why no notice can be sent about a location and what to do, or ""; shown by pages, enforced by `notify`."""
    state = LocationState(location.state)
    police_first = desk_of(location.organisation).police_first
    concluded = not_to_act_on(location)
    obstacles = (
        (bool(concluded), concluded),
        (
            state is LocationState.HELD,
            _("The police holds it. The notice waits until the hold ends, or is ended."),
        ),
        (
            state not in {LocationState.TRACED, LocationState.NOTIFIED},
            _("It has to be traced first: who hosts it, and whom to notify."),
        ),
        (
            not takedown.fresh(location.traced_at, now or timezone.now()),
            _("The last trace is older than 24 hours. Places move: trace it anew, then notify."),
        ),
        (
            not contacts(location),
            _("No mail address for notices is known. Add one to the host, or trace who else can be notified."),
        ),
        (
            police_first and location.police_told_at is None,
            _("The police are informed first. Note that they are, then notify."),
        ),
    )
    return next((words for stands, words in obstacles if stands), "") or elsewhere.words(location, now)


@transaction.atomic
def notify(viewer: Viewer, reason: Reason, location: Location, *, named: bool = True) -> Notice:
    """Send the first notice about a location, to the first party that can be reached.

    Args:
        viewer: who decides it.
        reason: why.
        location: its subject.
        named: whether the notice names the organisation.

    Raises:
        Refusal: why not, and what to do.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    notice, found = write(viewer, reason, location, named=named)
    mails.send_notice(notice, found)
    return notice


def write(viewer: Viewer, reason: Reason, location: Location, *, named: bool) -> tuple[Notice, Location]:
    """Write the first notice about a location down, in the caller's transaction, who sends its mail; see `notify`."""
    found = locked(viewer, location)
    elsewhere.lock(found)
    if why := obstacle(found):
        raise Refusal(why)
    ground = grounds.check_act("notify", found.report)
    move(found, LocationEvent.NOTIFY, Who.TAKEDOWN)
    level = takedown.next_level(Level.NOBODY, contacts(found))
    notice = _written(found, level, viewer.person, ground.code if ground else "", named=named)
    touched(viewer, found)
    tags = tags_of_notice(notice, found)
    record(acts.NOTIFIED, found.report.subject, viewer.actor, reason, details=notice.host.name, tags=tags)
    return notice, found


@transaction.atomic
def remind(viewer: Viewer, reason: Reason, location: Location) -> Notice:
    """Send a reminder to the recipient of the last notice.

    Raises:
        Refusal: none was sent, or the state does not allow it.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    found = locked(viewer, location)
    in_action_or_refuse(found)
    elsewhere.refuse(found)
    grounds.check_act("notify", found.report)
    move(found, LocationEvent.REMIND, Who.TAKEDOWN)
    notice = _remind(found, _last(found))
    touched(viewer, found)
    record(acts.REMINDED, found.report.subject, viewer.actor, reason, details=notice.host.name)
    return notice


@transaction.atomic
def escalate(viewer: Viewer, reason: Reason, location: Location) -> Location:
    """Escalate to the next level: owner, registrar, finally the police channel, where people take over.

    Raises:
        Refusal: the state does not allow it, there is no further level, or it has to be traced again first.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    found = locked(viewer, location)
    in_action_or_refuse(found)
    if Level(found.level) is Level.POLICE:
        raise Refusal(_("It is with the police channel already; what is left is a block."))
    move(found, LocationEvent.ESCALATE, Who.TAKEDOWN)
    notice = _escalate(found, viewer.person)
    touched(viewer, found)
    tags = tags_of_notice(notice, found) if notice else None
    record(acts.ESCALATED, found.report.subject, viewer.actor, reason, tags=tags)
    return found


def may_escalate(location: Location, *, held_elsewhere: bool) -> bool:
    """Whether there is a further level. While another desk holds the place, only the police channel remains."""
    if Level(location.level) is Level.POLICE:
        return False
    return not held_elsewhere or takedown.next_level(Level(location.level), contacts(location)) is Level.POLICE


def step_due(now: datetime | None = None) -> int:
    """Remind and escalate where due, each in its own transaction; return the number of steps taken.

    A step that is not allowed (an old trace, no legal ground) waits, and the list of locations still up says so. So
    does one about a location that the host says is gone, until a check finds it there again. A failing step stops no
    other: the run fails after all others.
    """
    now = now or timezone.now()
    rows = Location.everywhere.filter(next_step_at__lte=now, state=LocationState.NOTIFIED.value)
    due = queries.with_check(rows).filter(to_check=False)
    ids = due.order_by("next_step_at", "id").values_list("pk", flat=True)
    # What waits does not count: however many wait, nothing is kept from its turn.
    return each("reports.steps", ids, lambda pk: _turn(pk, now), MOST_STEPS)


def _turn(id: UUID, now: datetime) -> bool:
    found = locked_for_node(id)
    return found is not None and found.next_step_at is not None and found.next_step_at <= now and _step(found)


def _step(location: Location) -> bool:
    if location.state != LocationState.NOTIFIED or not_to_act_on(location):
        return False
    if queries.waits_for(Location.of(report=location.report).filter(pk=location.pk), "to_check").exists():
        return False
    try:
        last = _last(location)
        if takedown.reminders_left(Level(location.level), last.reminded):
            elsewhere.refuse(location)
            grounds.check_act("notify", location.report)
            move(location, LocationEvent.REMIND, Who.NODE)
            _remind(location, last)
            record(acts.NODE_REMINDED, location.report.subject, NODE, TO_REMOVE)
            return True
        move(location, LocationEvent.ESCALATE, Who.NODE)
        notice = _escalate(location, None)
    except Refusal:
        return False
    tags = tags_of_notice(notice, location) if notice else None
    record(acts.NODE_ESCALATED, location.report.subject, NODE, TO_REMOVE, tags=tags)
    return True


def _last(location: Location) -> Notice:
    last: Notice | None = Notice.of(location=location).select_related("host").order_by("-sent_at", "-id").first()
    if last is None:
        raise Refusal(_("No notice was sent yet."))
    return last


def _escalate(location: Location, person: Person | None) -> Notice | None:
    level = takedown.next_level(Level(location.level), contacts(location))
    if level is Level.POLICE:
        location.level, location.next_step_at = level, None
        location.save(update_fields=["level", "next_step_at"])
        return None
    elsewhere.lock(location)
    if why := obstacle(location):
        raise Refusal(why)
    ground = grounds.check_act("notify", location.report)
    named = not _last(location).anonymous  # who chose not to be named is not named to the next either
    notice = _written(location, level, person, ground.code if ground else "", named=named)
    mails.send_notice(notice, location)
    return notice


def _written(location: Location, level: Level, person: Person | None, ground: str, *, named: bool) -> Notice:
    """Write the notice down, in the transaction of the act; saves the location."""
    now = timezone.now()
    id = uuid4()
    token, host = tokens.token_of(id, tokens.NOTICE), contacts(location)[level]
    cited = citations.cited(host)
    award = flagger_status.claimable(location.organisation_id, cited, timezone.localdate(now)) if named else None
    notice = Notice.everywhere.create(
        id=id,
        location=location,
        organisation_id=location.organisation_id,
        host=host,
        level=level,
        token_digest=tokens.digest(token, tokens.NOTICE),
        anonymous=not named,
        sent_at=now,
        sent_by=person,
        legal_ground=ground,
        cites=cited.code,
        flagger_id=award.row if award else None,
        expires_at=now + takedown.PORTAL_LASTS,
    )
    Host.everywhere.filter(pk=notice.host_id).update(used_at=now)
    if standing(notice) and notice.host.kind == "host":
        provider_names.remember(notice.host)
    location.level, location.next_step_at = level, takedown.next_step(level, now)
    location.first_notified_at = location.first_notified_at or now
    location.save()
    return notice


def _remind(location: Location, last: Notice) -> Notice:
    """Send the last notice again, with the same address of the portal."""
    now = timezone.now()
    last.reminded += 1
    last.expires_at = now + takedown.PORTAL_LASTS
    last.save(update_fields=["reminded", "expires_at"])
    mails.send_notice(last, location)
    location.next_step_at = takedown.next_step(Level(location.level), now)
    location.save(update_fields=["state", "next_step_at"])
    return last
