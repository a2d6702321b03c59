"""Changes to locations: open, trace, tell the police, check, give up, follow, reappear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.reports.base.addresses import host_key, normalised, url_key
from vaern.node.reports.base.content import item_of, sealed
from vaern.node.reports.base.precedents import nothing
from vaern.node.reports.models import Block, Check, Item, Location, Report
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LOCATION_TRANSITIONS, LocationEvent, LocationState
from vaern.node.reports.rules.states import Who
from vaern.node.reports.takedown import acts
from vaern.node.reports.takedown.locks import (
    TO_REMOVE,
    in_action_or_refuse,
    locked,
    locked_for_node,
    move,
    reopen_report,
    touched,
)
from vaern.node.reports.takedown.tags import tags_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Host
    from vaern.node.reports.takedown.tracers import Traced

GONE = (LocationState.OFFLINE.value, LocationState.STOPPED.value)


def open_locations(report: Report) -> int:
    """Start the takedown of each item that has a URL; return how many were started. Idempotent.

    Items concluded as "no action" are skipped, whatever the others are.

    Runs in the transaction, and under the ledger entry, of the act that made the report actionable.
    """
    items = Item.of(report=report).filter(~nothing("pk"), url_key__isnull=False, location__isnull=True)
    made = Location.everywhere.bulk_create(
        (Location(item=item, report=report, organisation_id=report.organisation_id) for item in items),
        ignore_conflicts=True,
    )
    return len(made)


@transaction.atomic
def trace(
    viewer: Viewer,
    reason: Reason,
    location: Location,
    traced: Traced,
    *,
    host: Host | None,
    owner: Host | None = None,
    registrar: Host | None = None,
) -> Location:
    """Store who hosts a location now, and on what evidence.

    If the host differs from the one that was notified, the location waits for a new notice.

    Raises:
        Refusal: the state does not allow it, or a host is another organisation's.
    """
    found = locked(viewer, location)
    if any(who and who.organisation_id != found.organisation_id for who in (host, owner, registrar)):
        raise Refusal(_("That host is not in your organisation's list."))
    changed = _traced(found, traced, host, Who.TAKEDOWN)
    found.owner, found.registrar, found.traced_by = owner, registrar, viewer.person
    found.save()
    touched(viewer, found)
    act = acts.HOST_CHANGED if changed else acts.TRACED
    record(act, found.report.subject, viewer.actor, reason, tags=tags_of(found))
    return found


def _traced(location: Location, traced: Traced, host: Host | None, who: Who) -> bool:
    """Put a trace into a locked location; return whether it lies with another host than the one that was notified."""
    notified = LocationState(location.state) is LocationState.NOTIFIED
    changed = notified and location.host_id is not None and (host is None or host.pk != location.host_id)
    move(location, LocationEvent.HOST_CHANGED if changed else LocationEvent.TRACE, who)
    if changed:
        location.level, location.next_step_at = takedown.Level.NOBODY, None
    location.ip, location.network, location.country = traced.ip or None, traced.network, traced.country
    location.evidence, location.host, location.traced_at = seal(traced.evidence, "trace"), host, timezone.now()
    return changed


@transaction.atomic
def tell_police(viewer: Viewer, reason: Reason, location: Location) -> Location:
    """Store that the police was told of a location now. Idempotent."""
    found = locked(viewer, location)
    if found.police_told_at is None:
        found.police_told_at = timezone.now()
        found.save(update_fields=["police_told_at"])
        touched(viewer, found)
        record(acts.POLICE_TOLD, found.report.subject, viewer.actor, reason, tags={**tags_of(found), "told": 1})
    return found


@transaction.atomic
def check(
    viewer: Viewer, reason: Reason, location: Location, there: bool, at: datetime | None = None, tool: str = ""
) -> Location:
    """Store a check: the material was there, or was missed, at a moment. The node itself never looks.

    Three misses far enough apart mean offline; a find resets them, and reopens a location that was offline. Repeating
    a check of the same moment changes nothing.

    Args:
        viewer: a person, or the key of a licensed checker.
        reason: why.
        location: where.
        there: whether it was there.
        at: the moment; now by default.
        tool: what was used, in a word or two.

    Raises:
        Refusal: the moment is in the future or too long ago, or another result was stored for it.
    """
    now = timezone.now()
    at = at or now
    if at > now:
        raise Refusal(_("This moment has not come yet. Tell of a re-check when it has been made."))
    if at < now - takedown.OLDEST_CHECK:
        raise Refusal(_("A re-check is told within 24 hours. Check again, and tell of that."))
    found = locked(viewer, location)
    seen = dict(Check.of(location=found).values_list("at", "there"))
    if at in seen:
        if seen[at] != there:
            raise Refusal(_("Something else was said of the same moment."))
        return found
    Check.everywhere.create(
        location=found, at=at, organisation=viewer.organisation, there=there, by=viewer.person, tool=tool
    )
    before = found.state
    _judge(found, sorted([*seen.items(), (at, there)]), there, Who.TAKEDOWN)
    found.save()
    touched(viewer, found)
    act, tags = acts.CHECKED, tags_of(found)
    if found.state != before and found.state == LocationState.OFFLINE:
        act = acts.OFFLINE
    elif found.state != before:
        act, tags = acts.REAPPEARED, {**tags, "back": 1}
    record(act, found.report.subject, viewer.actor, reason, tags=tags)
    return found


def _judge(location: Location, seen: Sequence[tuple[datetime, bool]], there: bool, who: Who) -> None:
    """Conclude from all that was seen at a locked location, in order; whoever calls saves it."""
    location.misses = min(takedown.misses(seen), takedown.MISSES_NEEDED)
    missed = [at for at, was in seen if not was]
    location.missed_at = missed[-1] if location.misses else None
    offline = location.misses >= takedown.MISSES_NEEDED
    if location.state in GONE:
        if there and not offline:
            _come_back(location, who)
        return
    move(location, LocationEvent.THERE if there else LocationEvent.MISSED, who)
    if offline:
        move(location, LocationEvent.GONE, who)
        location.offline_at, location.next_step_at = location.missed_at, None
        Block.of(location=location).filter(lifted_at__isnull=True).update(lifted_at=timezone.now())


def _come_back(location: Location, who: Who) -> None:
    move(location, LocationEvent.REAPPEAR, who)
    location.reappeared += 1
    location.misses, location.missed_at, location.offline_at = 0, None, None
    location.level, location.next_step_at, location.traced_at = takedown.Level.NOBODY, None, None
    reopen_report(location.report)


def reappeared(report: Report, item: Item) -> int:
    """Reopen earlier locations that a new report says are up again; return how many. Called by intake.

    An earlier location with the same address, or with the same file if the new item has no address, has to be traced
    again. The same file at another address leaves the earlier location gone: the new one is in the new report. In both
    cases a closed earlier report is reopened, so that nothing is lost if the new one is set aside as a duplicate.

    Runs in the transaction that takes in the new report.
    """
    same = Q()
    for kind in ("url_key", "md5", "sha1", "sha256"):
        if value := getattr(item, kind):
            # The organisation beside each, because the indexes begin with it.
            same |= Q(**{"item__organisation": report.organisation_id, f"item__{kind}": value})
    if not same:
        return 0
    gone = Location.of(organisation=report.organisation).filter(same, state__in=GONE).exclude(report=report)
    back = 0
    for id in sorted(gone.values_list("pk", flat=True)):
        found = locked_for_node(id)
        if found is None or found.state not in GONE:
            continue
        same_place = item.url_key is None or bytes(found.item.url_key or b"") == bytes(item.url_key)
        if same_place:
            now = timezone.now()
            Check.everywhere.get_or_create(
                location=found,
                at=now,
                defaults={"organisation_id": found.organisation_id, "there": True, "tool": "report"},
            )
            _come_back(found, Who.NODE)
            back += 1
        else:
            found.reappeared += 1
            reopen_report(found.report)
        found.save()
        tags = {**tags_of(found), "back": int(same_place)}
        record(acts.REPORTED_AGAIN, found.report.subject, NODE, TO_REMOVE, tags=tags)
    return back


@transaction.atomic
def stop(viewer: Viewer, reason: Reason, location: Location) -> Location:
    """Give up the takedown of a location; the reason says why, in words.

    Raises:
        Refusal: the state does not allow it, or there are no words.
    """
    if not reason.words.strip():
        raise Refusal(_("Say in words why the takedown is no longer pursued."))
    found = locked(viewer, location)
    move(found, LocationEvent.STOP, Who.TAKEDOWN, viewer.person)
    found.next_step_at = None
    found.save(update_fields=["state", "next_step_at"])
    touched(viewer, found)
    record(acts.STOPPED, found.report.subject, viewer.actor, reason)
    return found


@transaction.atomic
def follow(viewer: Viewer, reason: Reason, location: Location, url: str) -> Location:
    """Start the takedown at the address to which the material moved, as a new item of the report; return it.

    The old location stays until it was missed three times.

    Raises:
        Refusal: nothing was moved, or the address is not valid, or is in the report already.
    """
    found = locked(viewer, location)
    in_action_or_refuse(found)
    if (LocationState(found.state), LocationEvent.HOST_SAYS_MOVED) not in LOCATION_TRANSITIONS and (
        found.state != LocationState.TRACED
    ):
        raise Refusal(_("The state of the location does not allow it."))
    address = normalised(url)
    if "unparsable" in address.flags or not address.host:
        raise Refusal(_("That is not an address on the network."))
    key = url_key(url)
    if Item.of(report=found.report).filter(url_key=key).exists():
        raise Refusal(_("That address is in the report already."))
    content = item_of(found.item)
    assert content.location
    moved = msgspec.structs.replace(content.location, url=url, ip="")
    number = Item.of(report=found.report).aggregate(last=Max("number"))["last"] + 1
    item = Item.everywhere.create(
        report=found.report,
        organisation_id=found.organisation_id,
        number=number,
        added=True,
        viewed="unknown",
        sealed=sealed(msgspec.structs.replace(content, location=moved)),
        url_key=key,
        host_key=host_key(address.host),
        md5=found.item.md5,
        sha1=found.item.sha1,
        sha256=found.item.sha256,
    )
    Report.everywhere.filter(pk=found.report_id).update(items_total=number)
    made: Location = Location.everywhere.create(
        item=item, report=found.report, organisation_id=found.organisation_id, police_told_at=found.police_told_at
    )
    touched(viewer, found)
    tags = {**tags_of(made), "told": 1 if made.police_told_at else None}
    record(acts.FOLLOWED, found.report.subject, viewer.actor, reason, tags=tags)
    return made
