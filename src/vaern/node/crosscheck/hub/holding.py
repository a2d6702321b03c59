"""Keep keyed values of members, tell both sides when two records meet, and carry what they say to each other.

The hub compares bytes: it has no secret, knows no kind of value, no organisation and no word of a record. One lock
orders all that changes what it holds, so that of two records that arrive at the same instant the second finds the
first; messages wait for it for the length of a few statements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Q, Sum

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.hub import acts
from vaern.node.crosscheck.models import HeldMeeting, HeldRecord, HeldValue, SharedSecret
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.crosscheck.rules.hub_messages import ENROLLED, MET, PARTED, PASSED, Enrolled, Met, Parted, Value
from vaern.node.crosscheck.rules.registry import MOST_PER_ORGANISATION
from vaern.node.exchange.models import Peer
from vaern.node.exchange.outbox.actions import send_of_node
from vaern.node.exchange.rules.peers import CONFIRMED
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from vaern.node.exchange.base.kinds import Delivery

WHY = Reason(Why.INVESTIGATION)
AT_ONCE = 500
"""Records of members that left, which one run of the clock erases."""


def members() -> QuerySet[Peer]:
    """Return the nodes whose keyed values are kept here; none if this node is no hub."""
    return Peer.objects.filter(state__in=[one.value for one in CONFIRMED], accepts__contains=[ENROLLED])


def take_enrolled(delivery: Delivery) -> None:
    """Keep further values of a member's record, and tell both sides of whom it meets.

    Raises:
        Refusal: this node has the members' secret, or the member has as much here as it may.
    """
    if SharedSecret.objects.exists():
        raise Refusal(rules.HOLDS_SECRET)
    body: Enrolled = delivery.body
    _lock()
    said = {"country": body.country, "hint": body.hint}
    row, _made = HeldRecord.objects.update_or_create(member=delivery.peer, record=body.record, defaults=said)
    given = {bytes.fromhex(value.key): bytes.fromhex(value.proof) for value in body.values}
    held = {bytes(one) for one in row.values.filter(digest__in=list(given)).values_list("digest", flat=True)}
    fresh = {digest: proof for digest, proof in given.items() if digest not in held}
    if not fresh:
        return
    kept = HeldRecord.objects.filter(member=delivery.peer).aggregate(n=Sum("size"))["n"]
    if kept + len(fresh) > rules.MOST_OF_MEMBER:
        raise Refusal(rules.QUOTA)
    HeldValue.objects.bulk_create(HeldValue(record=row, digest=digest, proof=proof) for digest, proof in fresh.items())
    _count(row)
    for other in _who_holds(row, list(fresh)):
        _tell_both(row, other)


def take_withdrawn(delivery: Delivery) -> None:
    """Erase values of a member's record, or all of it; who met it by them alone is told that they have parted."""
    body = delivery.body
    _lock()
    row = HeldRecord.objects.select_related("member").filter(member=delivery.peer, record=body.record).first()
    if row is None:
        return
    if not body.keys:
        _erase([row])
        return
    row.values.filter(digest__in=[bytes.fromhex(key) for key in body.keys]).delete()
    _count(row)
    for meeting in _meetings(row):
        if not _shared(meeting.one, meeting.other):
            _part(meeting, (meeting.one, meeting.other))


def take_passed(delivery: Delivery) -> None:
    """Carry what one side of a meeting says to the other, unread.

    Raises:
        Refusal: its sender is no side of such a meeting.
    """
    rows = HeldMeeting.objects.select_related("one__member", "other__member").filter(pk=delivery.body.meeting)
    meeting = rows.filter(Q(one__member=delivery.peer) | Q(other__member=delivery.peer)).first()
    if meeting is None:
        raise Refusal(rules.NO_SIDE)
    to = meeting.other if meeting.one.member_id == delivery.peer.pk else meeting.one
    send_of_node(PASSED, delivery.body, to.member, about=meeting.pk)


def clear() -> int:
    """Erase what is held of nodes that are no members any more; return how many records."""
    rows = list(HeldRecord.objects.exclude(member__in=members()).select_related("member")[:AT_ONCE])
    if rows:
        _lock()
        _erase(rows)
        for member in {row.member for row in rows}:
            write(acts.LEFT, member.subject, NODE, WHY, count=sum(row.member == member for row in rows))
    return len(rows)


def _erase(rows: Iterable[HeldRecord]) -> None:
    for row in rows:
        for meeting in _meetings(row):
            _part(meeting, (meeting.across_from(row),))
        row.delete()


def _count(row: HeldRecord) -> None:
    row.size = row.values.count()
    row.save(update_fields=["size"])


def _who_holds(row: HeldRecord, digests: Sequence[bytes]) -> list[HeldRecord]:
    """Return the records of other members that hold one of some values: of each member the latest."""
    others = HeldRecord.objects.filter(values__digest__in=digests, member__in=members()).exclude(member=row.member_id)
    found: list[HeldRecord] = []
    for other in others.distinct().order_by("-pk").select_related("member")[: 10 * rules.MOST_MET]:
        if sum(one.member_id == other.member_id for one in found) < MOST_PER_ORGANISATION:
            found.append(other)
    return found


def _shared(one: HeldRecord, other: HeldRecord) -> list[HeldValue]:
    """Return the values of one record that the other holds too, in their order."""
    both = HeldValue.objects.filter(record__in=[one.pk, other.pk]).values("digest").annotate(n=Count("id")).filter(n=2)
    return list(one.values.filter(digest__in=both.values("digest")).order_by("digest")[: rules.MOST_SHARED])


def _tell_both(row: HeldRecord, other: HeldRecord) -> None:
    one, second = sorted((row, other), key=lambda held: held.pk)
    meeting, _made = HeldMeeting.objects.get_or_create(one=one, other=second)
    for mine, theirs in ((one, second), (second, one)):
        shared = [Value(bytes(value.digest).hex(), bytes(value.proof).hex()) for value in _shared(theirs, mine)]
        body = Met(meeting=meeting.pk, record=mine.record, other=theirs.record, shared=shared)
        send_of_node(MET, body, mine.member, about=meeting.pk)
    write(acts.TOLD_BOTH, meeting.subject, NODE, WHY)


def _part(meeting: HeldMeeting, told: Iterable[HeldRecord]) -> None:
    for side in told:
        if side.member.state in {one.value for one in CONFIRMED}:
            send_of_node(PARTED, Parted(meeting.pk), side.member, about=meeting.pk)
    meeting.delete()


def _meetings(row: HeldRecord) -> list[HeldMeeting]:
    found = HeldMeeting.objects.filter(Q(one=row) | Q(other=row))
    return list(found.select_related("one__member", "other__member"))


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('crosscheck hub'))")
