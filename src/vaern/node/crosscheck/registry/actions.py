"""Register and withdraw keys, inside the transaction of the act that brings or ends them.

    register_keys(case, [key_of("email", "a@b.example")])      # meets whoever holds it
    change(case, State.IDENTIFIED)                      # whoever met it sees that
    withdraw(case)                                      # in the transaction that erases it

A transaction registers once, or locks everything that it will register first (`statements.lock`): two that lock
piecemeal could wait for each other.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import connection
from django.db.transaction import TransactionManagementError

from vaern.node.crosscheck.base.keys import Key
from vaern.node.crosscheck.elsewhere import channel, enrolling
from vaern.node.crosscheck.models import Enrolled, Enrolment, Meeting, Told
from vaern.node.crosscheck.registry import acts, statements
from vaern.node.crosscheck.rules.registry import JUSTIFYING, MOST_PER_ORGANISATION, TAKING_PART, State, Update
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.models import Casework
    from vaern.node.ledger.rules import Actor

WHY = Reason(Why.INVESTIGATION)
"""Why the node compares: part of every entry that it writes by itself here."""

AFTER = {
    Update.IDENTIFIED: State.IDENTIFIED,
    Update.SAFEGUARDED: State.IDENTIFIED,
    Update.CLOSED: State.CLOSED,
    Update.REOPENED: State.OPEN,
}
"""How the work stands after what whoever met a record is told."""


def register_keys(
    record: Casework,
    keys: Iterable[Key],
    *,
    state: str | None = None,
    country_hint: str | None = None,
    apart_from: Iterable[UUID] = (),
    by: Actor = NODE,
) -> list[Meeting]:
    """Add keys to those by which a record is found, and return the meetings that are new. Doing it again adds nothing.

    Args:
        record: whose keys they are. Of an organisation that does not take part (`rules.TAKING_PART`) nothing is kept.
        keys: further ones; those that it has already cost little.
        state: how the work on it stands; open at first, unchanged later, if it is not given.
        country_hint: the code of the country to which the work points; unchanged if it is not given.
        apart_from: records with which a meeting would say nothing, because one was made of the other (forwarded).
        by: who brought the keys.

    Raises:
        TransactionManagementError: no transaction is open: record and keys would not be one.
    """
    _in_transaction()
    if OrganisationKind(record.organisation.kind) not in TAKING_PART:
        return []
    wanted = sorted(set(keys))
    statements.lock(wanted)
    enrolment = _enrolment(record, state, country_hint)
    added = statements.add(enrolment.pk, enrolment.organisation_id, wanted)
    if added:
        write(acts.ENROLLED, record.subject, by, WHY, count=len(added))
        enrolling.added(enrolment, added)
    telling = [key for key in added if key.kind in JUSTIFYING]
    kin = list(Enrolment.everywhere.filter(record__in=list(apart_from)).values_list("pk", flat=True))
    new = statements.meet(enrolment.pk, enrolment.organisation_id, telling, MOST_PER_ORGANISATION, kin)
    return _told_of(meetings(enrolment).filter(pk__in=new).order_by("one_id", "other_id"))


def drop(record: Casework, keys: Iterable[Key], *, by: Actor = NODE) -> int:
    """Remove keys from a record, and meetings that rested on them alone; return how many keys were removed."""
    _in_transaction()
    wanted = sorted(set(keys))
    statements.lock(wanted)
    enrolment = of_record(record).first()
    if enrolment is None:
        return 0
    held = set(keys_of(enrolment))
    went, _each = Enrolled.of(enrolment=enrolment).filter(digest__in=[key.digest for key in wanted]).delete()
    if went:
        for id_, kinds in statements.shared_still(enrolment.pk, JUSTIFYING):
            found = meetings(enrolment).filter(pk=id_)
            if kinds:
                found.exclude(kinds=kinds).update(kinds=kinds)
            else:
                found.delete()
        enrolling.dropped(enrolment, held.intersection(wanted))
        write(acts.WITHDRAWN, record.subject, by, WHY, count=went)
    return went


def withdraw(record: Casework, *, by: Actor = NODE) -> int:
    """Remove a record with all its keys and meetings; return how many keys there were."""
    _in_transaction()
    enrolment = of_record(record).first()
    if enrolment is None:
        return 0
    statements.lock(keys_of(enrolment))
    count: int = Enrolled.of(enrolment=enrolment).count()
    enrolling.gone(enrolment)
    enrolment.delete()
    write(acts.WITHDRAWN, record.subject, by, WHY, count=count)
    return count


def change(record: Casework, state: State | str, *, country_hint: str | None = None, by: Actor = NODE) -> None:
    """Update the work state of a record; one that is not registered is ignored."""
    _in_transaction()
    if _change(record, state, country_hint, by):
        channel.say_standing(of_record(record).get())


def _change(record: Casework, state: State | str, country_hint: str | None, by: Actor) -> bool:
    values = {"state": State(state).value} | ({} if country_hint is None else {"country_hint": country_hint})
    if not of_record(record).exclude(**values).update(**values):
        return False
    if country_hint is not None:
        enrolling.told_anew(record.organisation_id, of_record(record).get())
    write(acts.CHANGED, record.subject, by, WHY)
    return True


def send_update(record: Casework, code: Update | str, *, by: Actor = NODE) -> int:
    """Send an update to everyone whose record met this one; return how many records that are.

    They learn the code, and by which meeting; not who says it, nor of which record. What they had not read yet of
    the same kind is not told twice.
    """
    _in_transaction()
    code = Update(code)
    _change(record, AFTER[code], None, by)
    enrolment = of_record(record).first()
    if enrolment is None:
        return 0
    told = channel.say_standing(enrolment, code)
    here = meetings(enrolment).filter(other__isnull=False)
    for meeting in here.select_for_update(of=("self",), no_key=True).order_by("one_id", "other_id"):
        other = meeting.across_from(enrolment)
        assert other is not None
        values = {"enrolment": other, "meeting": meeting, "code": code.value, "organisation_id": other.organisation_id}
        if not Told.of(enrolment=other).filter(meeting=meeting, code=code.value, seen_at=None).exists():
            Told.everywhere.create(**values)
            write(acts.WAS_TOLD, other.subject, NODE, WHY)
            told += 1
    if told:
        write(acts.TOLD_OTHERS, record.subject, by, WHY, count=told)
    return told


def of_record(record: Casework) -> QuerySet[Enrolment]:
    """Return the enrolment of a record, if there is one."""
    found: QuerySet[Enrolment] = Enrolment.everywhere.filter(kind=record.KIND, record=record.pk)
    return found


def meetings(enrolment: Enrolment) -> QuerySet[Meeting]:
    """Return the meetings of an enrolment, for the node's own work."""
    found: QuerySet[Meeting] = Meeting.of(one=enrolment) | Meeting.of(other=enrolment)
    return found.select_related("one", "other")


def met_here(enrolment: Enrolment) -> list[tuple[Enrolment, Meeting]]:
    """Return the records of this node that an enrolment met, each with the meeting; those elsewhere are not here."""
    found = meetings(enrolment).filter(other__isnull=False)
    return [(side, meeting) for meeting in found for side in meeting.sides if side.pk != enrolment.pk]


def keys_of(enrolment: Enrolment) -> list[Key]:
    """Return the keys of an enrolment."""
    rows = Enrolled.of(enrolment=enrolment).values_list("kind", "digest")
    return [Key(kind, bytes(digest)) for kind, digest in rows]


def _enrolment(record: Casework, state: str | None, hint: str | None) -> Enrolment:
    given = {name: value for name, value in (("state", state), ("country_hint", hint)) if value is not None}
    if "state" in given:
        given["state"] = State(given["state"]).value
    found, made = Enrolment.everywhere.get_or_create(
        kind=record.KIND, record=record.pk, defaults={"organisation_id": record.organisation_id, **given}
    )
    if not made and given:
        Enrolment.everywhere.filter(pk=found.pk).update(**given)
    return found


def _told_of(new: QuerySet[Meeting]) -> list[Meeting]:
    """Write, for each record of new meetings, that it met others, and return the meetings."""
    made = list(new)
    sides = Counter(side for meeting in made for side in meeting.sides)
    for side, count in sorted(sides.items(), key=lambda pair: pair[0].pk):
        write(acts.MET, side.subject, NODE, WHY, count=count)
    return made


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("keys come and go in the transaction of their record: open one first")
