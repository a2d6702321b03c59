"""Take what a hub says: two records met, parted, and what the other side says. All of it is checked, none believed.

That both hold a value the other side's proof shows, which no hub can make. Who speaks the channel shows. What a hub
can still do is to say nothing, late, or of a record that was withdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal_bytes
from vaern.node.crosscheck.arrivals import acts
from vaern.node.crosscheck.disclosures import steps_elsewhere as steps
from vaern.node.crosscheck.elsewhere import channel
from vaern.node.crosscheck.elsewhere.enrolling import common_of, keys_of
from vaern.node.crosscheck.elsewhere.secrets import in_force
from vaern.node.crosscheck.hub import holding
from vaern.node.crosscheck.models import Elsewhere, HeldMeeting, HubRecord, Meeting, Told
from vaern.node.crosscheck.models.hub import CHANNEL
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.crosscheck.rules.hub_messages import ENROLLED, Met, Passed, Standing
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.crosscheck.rules.hub_messages import Value
    from vaern.node.exchange.base.kinds import Delivery

WHY = Reason(Why.INVESTIGATION)


def take_met(delivery: Delivery) -> None:
    """Make the meeting of a record with one elsewhere, and say how the work here stands.

    Raises:
        Refusal: its sender is no hub of ours, the record is unknown, or a proof does not hold.
    """
    body: Met = delivery.body
    if ENROLLED not in delivery.peer.sends:
        raise Refusal(rules.NOT_OUR_HUB)
    rows = HubRecord.objects.select_for_update(of=("self",)).select_related("enrolment")
    row = rows.filter(hub=delivery.peer, record=body.record, enrolment__isnull=False).first()
    if row is None or row.enrolment is None:
        raise Refusal(rules.UNKNOWN_RECORD)
    if HubRecord.objects.filter(record=body.other).exists():
        raise Refusal(rules.UNPROVEN)  # two records of this node meet here, and no hub says so
    key, kinds = _proven(row, body)
    found = Elsewhere.objects.filter(mine=row, theirs=body.other).select_related("meeting").first()
    if found is not None:
        if found.at_hub != body.meeting:
            raise Refusal(rules.UNPROVEN)
        _widen(found.meeting, kinds)
        return
    if row.met.count() >= rules.MOST_MET or row.met.filter(at_hub=body.meeting).exists():
        raise Refusal(rules.TOO_MANY)
    enrolment = row.enrolment
    meeting: Meeting = Meeting.everywhere.create(one=enrolment, other=None, kinds=sorted(kinds))
    Elsewhere.objects.create(
        meeting=meeting,
        mine=row,
        theirs=body.other,
        at_hub=body.meeting,
        channel=seal_bytes(key, CHANNEL),
    )
    write(acts.MET, enrolment.subject, NODE, WHY)
    channel.say_standing(enrolment, only=meeting)


def _proven(row: HubRecord, body: Met) -> tuple[bytes, set[str]]:
    """Return the key of the channel and the kinds of what both hold, once every value was proven.

    Raises:
        Refusal: one is none of ours, or its proof does not hold.
    """
    assert row.enrolment is not None
    keys = keys_of(row.enrolment)
    own: dict[str, tuple[Key, bytes, bytes]] = {}
    for one in in_force():
        for key, common in zip(keys, common_of(keys), strict=True):
            own[rules.keyed(one.secret, common).hex()] = (key, one.secret, common)
    kinds = {_kind_of(value, own, body) for value in body.shared}
    _key, secret, common = own[min(value.key for value in body.shared)]
    return rules.channel(secret, common, body.meeting), kinds


def _kind_of(value: Value, own: dict[str, tuple[Key, bytes, bytes]], body: Met) -> str:
    if value.key not in own:
        raise Refusal(rules.UNPROVEN)
    key, secret, common = own[value.key]
    if not rules.proves(bytes.fromhex(value.proof), secret, common, body.other):
        raise Refusal(rules.UNPROVEN)
    return key.kind


def _widen(meeting: Meeting, kinds: set[str]) -> None:
    wider = sorted(kinds | set(meeting.kinds))
    if wider != meeting.kinds:
        Meeting.everywhere.filter(pk=meeting.pk).update(kinds=wider)


def take_parted(delivery: Delivery) -> None:
    """Delete a meeting with a record elsewhere: they have nothing in common any more."""
    rows = Elsewhere.objects.filter(mine__hub=delivery.peer, at_hub=delivery.body.meeting)
    for found in rows.select_related("meeting__one"):
        write(acts.PARTED, found.meeting.one.subject, NODE, WHY)
        Meeting.everywhere.filter(pk=found.meeting_id).delete()


def take_passed(delivery: Delivery) -> None:
    """Take what the other side of a meeting says; or, as a hub, carry it on.

    Raises:
        Refusal: its sender is no side, it cannot be read, or it is no step that the other side may make now.
    """
    body: Passed = delivery.body
    rows = Elsewhere.objects.select_for_update(of=("self",)).select_related("mine", "meeting__one__organisation")
    found = rows.filter(mine__hub=delivery.peer, at_hub=body.meeting).first()
    if found is None:
        if HeldMeeting.objects.filter(pk=body.meeting).exists():
            holding.take_passed(delivery)
            return
        raise Refusal(rules.NO_SIDE)
    said = channel.heard(found, body)
    if said is None:
        raise Refusal(rules.UNREADABLE)
    if isinstance(said, Standing):
        _stands(found, said)
    else:
        steps.take(found, said)


def _stands(found: Elsewhere, said: Standing) -> None:
    """Note how the work on the other record stands, and what who met it is told; an older word counts for nothing."""
    if said.number <= found.heard:
        return
    found.heard, found.state = said.number, said.state.value
    found.save(update_fields=["heard", "state"])
    if said.update is None:
        return
    enrolment, code = found.meeting.one, said.update.value
    if Told.of(enrolment=enrolment).filter(meeting=found.meeting, code=code, seen_at=None).exists():
        return
    Told.everywhere.create(
        enrolment=enrolment, meeting=found.meeting, code=code, organisation_id=enrolment.organisation_id
    )
    write(acts.WAS_TOLD, enrolment.subject, NODE, WHY)
