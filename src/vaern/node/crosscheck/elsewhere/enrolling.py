"""Tell hubs of records: in the transaction of the act that brings or ends their keys, and by the clock what was missed.

A node to which people agreed to send keyed values is a hub. It hears of a record by a random number; of its values
what they are under the members' secret, with a proof each; of its country what the organisation allows. A value that
other nodes write differently (`BETWEEN_NODES`) does not go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q
from django.utils import timezone

from vaern.node.crosscheck.base.keys import Key, commons_of
from vaern.node.crosscheck.elsewhere import acts
from vaern.node.crosscheck.elsewhere.secrets import Secret, in_force, opened, pass_on
from vaern.node.crosscheck.models import Elsewhere, Enrolled, Enrolment, HubRecord, Meeting, Naming, SharedSecret
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.crosscheck.rules.hub_messages import ENROLLED, WITHDRAWN, Value, Withdrawn
from vaern.node.crosscheck.rules.hub_messages import Enrolled as Body
from vaern.node.crosscheck.rules.registry import BETWEEN_NODES
from vaern.node.exchange.models import Peer
from vaern.node.exchange.outbox.actions import send_of_node
from vaern.node.exchange.rules.peers import CONFIRMED, State
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

WHY = Reason(Why.INVESTIGATION)
Some = TypeVar("Some")

AT_ONCE = 500
"""Records that one run of the clock tells of."""


def hubs() -> QuerySet[Peer]:
    """Return the nodes to which keyed values go, whether or not something passes now."""
    return Peer.objects.filter(state__in=[one.value for one in CONFIRMED], sends__contains=[ENROLLED])


def added(enrolment: Enrolment, keys: Iterable[Key]) -> None:
    """Tell the hubs of further keys of a record, in the transaction that adds them."""
    between = [key for key in keys if key.kind in BETWEEN_NODES]
    for hub in hubs() if between else ():
        _tell(hub, enrolment, between)


def dropped(enrolment: Enrolment, keys: Iterable[Key]) -> None:
    """Tell the hubs that keys of a record are gone."""
    between = [key for key in keys if key.kind in BETWEEN_NODES]
    rows = HubRecord.objects.filter(enrolment=enrolment).select_related("hub") if between else ()
    for row in rows:
        _withdraw(row, between, [one.secret for one in in_force()])


def gone(enrolment: Enrolment) -> None:
    """Tell the hubs that a record is gone, in the transaction that removes it."""
    for row in HubRecord.objects.filter(enrolment=enrolment).select_related("hub"):
        _forget(row)


def at_hub(enrolment: Enrolment) -> HubRecord | None:
    """Return a record as the first hub has it that is told of it and with which something passes now."""
    rows = HubRecord.objects.filter(enrolment=enrolment, hub__state=State.ACTIVE.value, hub__in=hubs())
    return rows.exclude(under=[]).select_related("hub").order_by("hub__name").first()


def told_anew(organisation: UUID, enrolment: Enrolment | None = None) -> None:
    """Let the clock tell the hubs of an organisation's records once more, or of one: what may be said has changed."""
    rows = HubRecord.objects.filter(enrolment__organisation=organisation).exclude(under=[])
    (rows.filter(enrolment=enrolment) if enrolment else rows).update(under=[])


def common_of(keys: Sequence[Key]) -> list[bytes]:
    """Return the common digest of each key."""
    data = commons_of(b"".join(key.digest for key in keys))
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def keys_of(enrolment: Enrolment) -> list[Key]:
    """Return the keys of a record that can be compared between nodes."""
    rows = Enrolled.of(enrolment=enrolment).filter(kind__in=BETWEEN_NODES).order_by("digest")
    return [Key(kind, bytes(digest)) for kind, digest in rows.values_list("kind", "digest")]


def catch_up() -> int:
    """Tell the hubs what they do not know yet, and have them erase what they may not keep; return how many times.

    What is told in the act needs none of it: this is for a hub that is new, or was suspended, a secret that is new or
    has ended, and what changed of countries.
    """
    done = pass_on() + _leave()
    secrets = in_force()
    for hub in hubs().filter(state=State.ACTIVE.value) if secrets else ():
        done += _missing(hub, secrets)
    return done + _end_secrets()


def _missing(hub: Peer, secrets: list[Secret]) -> int:
    """Tell a hub of the records of which it does not have all that counts."""
    ids = [one.id for one in secrets]
    known = HubRecord.objects.filter(hub=hub, enrolment__isnull=False)
    behind = list(known.exclude(under__contains=ids).values_list("enrolment", flat=True)[:AT_ONCE])
    fresh = Enrolment.everywhere.exclude(pk__in=known.values("enrolment")).filter(keys__kind__in=BETWEEN_NODES)
    wanted = [*behind, *fresh.order_by("pk").values_list("pk", flat=True).distinct()[: AT_ONCE - len(behind)]]
    for enrolment in Enrolment.everywhere.filter(pk__in=wanted):
        _tell(hub, enrolment, keys_of(enrolment), whole=True)
    return len(wanted)


def _tell(hub: Peer, enrolment: Enrolment, keys: Sequence[Key], *, whole: bool = False) -> None:
    """Tell a hub of keys of a record; of a suspended one, note that it has to be told everything later."""
    secrets = in_force()
    row, made = HubRecord.objects.get_or_create(hub=hub, enrolment=enrolment)
    if not secrets or State(hub.state) is not State.ACTIVE:
        HubRecord.objects.filter(pk=row.pk).update(under=[])
        return
    country, hint = _may_be_said(enrolment)
    commons = common_of(keys_of(enrolment) if made else keys)
    values = [_value(one.secret, common, row.record) for one in secrets for common in commons]
    for some in _parts(values) or [[]]:
        body = Body(record=row.record, values=some, country=country, hint=hint)
        send_of_node(ENROLLED, body, hub, about=row.record)
    if made or whole:
        HubRecord.objects.filter(pk=row.pk).update(under=[one.id for one in secrets])
    write(acts.TOLD_HUB, enrolment.subject, NODE, WHY, count=len(commons))


def _value(secret: bytes, common: bytes, record: UUID) -> Value:
    return Value(rules.keyed(secret, common).hex(), rules.proof(secret, common, record).hex())


def _may_be_said(enrolment: Enrolment) -> tuple[str, str]:
    """Return the country of a record's organisation and the one to which its work points, if it may be named."""
    found = Naming.everywhere.filter(organisation=enrolment.organisation_id, country=True)
    code = found.exclude(organisation__member=None).values_list("organisation__member__code", flat=True).first()
    return (code, enrolment.country_hint) if code else ("", "")


def _withdraw(row: HubRecord, keys: Sequence[Key], secrets: Iterable[bytes]) -> None:
    if row.hub.state not in {one.value for one in CONFIRMED}:
        return
    commons = common_of(keys)
    values = [rules.keyed(secret, common).hex() for secret in secrets for common in commons]
    for some in _parts(values):
        send_of_node(WITHDRAWN, Withdrawn(record=row.record, keys=some), row.hub, about=row.record)


def _parts(values: list[Some]) -> list[list[Some]]:
    """Return values in as many parts as messages are needed."""
    return [values[at : at + rules.MOST_VALUES] for at in range(0, len(values), rules.MOST_VALUES)]


def _forget(row: HubRecord) -> None:
    """Have a hub erase a record; with our row go its meetings there."""
    if row.hub.state in {one.value for one in CONFIRMED}:
        send_of_node(WITHDRAWN, Withdrawn(record=row.record), row.hub, about=row.record)
        if row.enrolment is not None:
            write(acts.LEFT_HUB, row.enrolment.subject, NODE, WHY)
    Meeting.everywhere.filter(pk__in=Elsewhere.objects.filter(mine=row).values("meeting")).delete()
    row.delete()


def _leave() -> int:
    """Leave hubs that are none any more, and have those that are erase what is gone here; return how many records."""
    left = HubRecord.objects.filter(Q(enrolment=None) | ~Q(hub__in=hubs())).select_related("hub", "enrolment")
    rows = list(left[:AT_ONCE])
    for row in rows:
        _forget(row)
    return len(rows)


def _end_secrets() -> int:
    """Have the hubs erase what was keyed with a secret that has ended, and then forget it."""
    ended = SharedSecret.objects.filter(ends_at__lte=timezone.now())
    done = 0
    for old in ended:
        rows = HubRecord.objects.filter(under__contains=[old.pk]).select_related("hub", "enrolment")[:AT_ONCE]
        for row in rows:
            if row.enrolment is not None:
                _withdraw(row, keys_of(row.enrolment), [opened(old)])
            row.under = [one for one in row.under if one != old.pk]
            row.save(update_fields=["under"])
            done += 1
        if not HubRecord.objects.filter(under__contains=[old.pk]).exists():
            old.delete()
    return done
