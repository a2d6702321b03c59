"""Taking an intake: what was compared becomes the list, all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.base.sql import run
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Why
from vaern.node.lists.base import acts as of_lists
from vaern.node.lists.base.against import AGAINST
from vaern.node.lists.base.changes import COUNTED, moved, saved
from vaern.node.lists.base.disk import voted
from vaern.node.lists.intake import acts
from vaern.node.lists.intake.comparison import MISSING, STAGED, parameters
from vaern.node.lists.models import HashList, ListEntry, ListIntake, ListSource, StagedEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryEvent, EntryState, held
from vaern.node.lists.rules.intake import Change, IntakeEvent, IntakeState, after
from vaern.node.lists.votes.actions import count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

QUALITY = Reason(Why.LIST_QUALITY)
COLUMNS = (
    *("scheme", "classification", "series", "victim_identified", "licence", "basis", "jurisdiction", "source"),
    *("updated", "ends", "positive", "negative", "signals_mark", "body"),
)

_KEPT = """
    INSERT INTO lists_entrypast (list_id, entry, born, until, state, scheme, classification, signals_mark)
    SELECT %(list)s, e.id, coalesce(e.born, e.change), n.change, e.state, e.scheme, e.classification, e.signals_mark
    FROM {} n JOIN lists_listentry e ON e.id = n.id
    WHERE (e.state, e.scheme, e.classification, e.signals_mark)
        IS DISTINCT FROM (n.state, n.scheme, n.classification, n.signals_mark)
"""
"""Keeps what entries were before a statement changed them: its parts see the table as it was when it began."""

_PUT = f"""
    WITH found AS MATERIALIZED (
        SELECT id, entry, %(base)s + row_number() OVER (ORDER BY row) AS place FROM ({STAGED}) AS found
        WHERE change IN ('{Change.ADD}', '{Change.CHANGE}')
    ), added AS (
        INSERT INTO lists_listentry (list_id, ident, change, state, added_at, classes_since, {", ".join(COLUMNS)})
        SELECT %(list)s, s.ident, found.place,
            CASE WHEN s.junk <> '' THEN '{EntryState.QUARANTINED}'
                 WHEN s.negative > 0 THEN '{EntryState.DISPUTED}' ELSE '{EntryState.LIVE}' END,
            %(now)s, CASE WHEN s.classes_differ THEN %(now)s END, {", ".join(f"s.{column}" for column in COLUMNS)}
        FROM found JOIN lists_stagedentry s ON s.id = found.id WHERE found.entry IS NULL
    ), changed AS (
        UPDATE lists_listentry e SET change = found.place, born = coalesce(e.born, e.change),
            state = CASE
                WHEN s.junk <> '' THEN '{EntryState.QUARANTINED}'
                WHEN e.state NOT IN ('{EntryState.RECALLED}', '{EntryState.ENDED}', '{EntryState.LIVE}') THEN e.state
                WHEN s.negative > 0 AND e.settled IS NULL THEN '{EntryState.DISPUTED}' ELSE '{EntryState.LIVE}' END,
            classes_since = CASE WHEN s.classes_differ AND e.classes_settled IS NULL
                THEN coalesce(e.classes_since, %(now)s) ELSE e.classes_since END,
            negative = CASE WHEN e.settled IS NULL THEN s.negative ELSE 0 END,
            {", ".join(f"{column} = s.{column}" for column in COLUMNS if column != "negative")}
        FROM found JOIN lists_stagedentry s ON s.id = found.id WHERE e.id = found.entry
        RETURNING e.id, e.change, e.state, e.scheme, e.classification, e.signals_mark
    ), kept AS ({_KEPT.format("changed")})
    SELECT count(*) FROM found
"""

_WITHDRAW = f"""
    WITH gone AS (
        SELECT entry AS id, before FROM ({STAGED}) AS found WHERE withdrawn AND change = '{Change.WITHDRAW}'
        UNION ALL SELECT id, before FROM ({MISSING}) AS missing
    ), numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM gone),
    withdrawn AS (
        UPDATE lists_listentry e SET state = '{EntryState.RECALLED}', change = %(base)s + n.place,
            born = coalesce(e.born, e.change)
        FROM numbered n WHERE e.id = n.id
        RETURNING e.id, e.change, e.state, e.scheme, e.classification, e.signals_mark, e.ident
    ), kept AS ({_KEPT.format("withdrawn")}), recalls AS (
        INSERT INTO lists_entryrecall (id, list_id, ident, change, why, words, by_source, at)
        SELECT gen_random_uuid(), %(list)s, ident, change, '{RecallReason.WITHDRAWN}', '', true, %(now)s FROM withdrawn
        ON CONFLICT DO NOTHING
    ) SELECT count(*) FROM withdrawn
"""

_ASIDE = f"""
    INSERT INTO lists_entryquarantine (list_id, ident, cause, against, hits, callers, bound, usual, at, let_go)
    SELECT %(list)s, s.ident, split_part(s.junk, ' ', 1), substr(s.junk, strpos(s.junk || ' ', ' ') + 1), 0, 0, 0, 0,
        %(now)s, false
    FROM lists_stagedentry s JOIN lists_listentry e ON e.list_id = %(list)s AND e.ident = s.ident
    WHERE s.intake_id = %(intake)s AND s.junk <> '' AND e.change > %(base)s AND e.state = '{EntryState.QUARANTINED}'
    ON CONFLICT DO NOTHING RETURNING 1
"""
"""Notes why entries went into quarantine: the code of `base.against.Doubt`."""

_COME_BACK = """
    UPDATE lists_entryrecall r SET ended_at = %(now)s FROM lists_listentry e
    WHERE r.list_id = %(list)s AND r.ended_at IS NULL AND r.by_source AND e.list_id = r.list_id AND e.ident = r.ident
        AND e.change > %(base)s AND e.state <> 'recalled' RETURNING r.id
"""

_DISPUTED = f"""
    SELECT e.id FROM lists_listentry e
    WHERE e.list_id = %(list)s AND e.state = '{EntryState.DISPUTED}' AND e.change > %(base)s AND (
        e.born IS NULL OR EXISTS (
            SELECT FROM lists_entrypast p
            WHERE p.list_id = e.list_id AND p.until = e.change AND p.state <> '{EntryState.DISPUTED}'
        )
    )
"""
"""Entries that are disputed since the changes after a number: new ones, and those that were something else before."""

_DIFFER = """
    SELECT e.id FROM lists_listentry e
    WHERE e.list_id = %(list)s AND e.classes_since >= %(now)s AND e.change > %(base)s
"""

_NOTED = """
    WITH noted AS (
        INSERT INTO lists_entryact (list_id, entry, act) SELECT %(list)s, id, %(act)s FROM ({}) AS found RETURNING 1
    ) SELECT count(*) FROM noted
"""

_STATES = "SELECT state, count(*) FROM lists_listentry WHERE list_id = %(list)s AND change > %(base)s GROUP BY state"
_BEFORE = f"""
    SELECT before, count(*) FROM (
        SELECT before FROM ({STAGED}) AS found WHERE change IS NOT NULL
        UNION ALL SELECT before FROM ({MISSING}) AS missing
    ) AS touched WHERE before <> '' GROUP BY before
"""


def take(id: UUID) -> int:
    """Take a compared intake into its list; return how many entries changed. Done twice, it changes nothing more.

    What was read of it is erased once the list is matched against: nobody waits for that.
    """
    changed = merge(id)
    forget(id)
    return changed


def forget(id: UUID) -> None:
    """Erase what was read of an intake that is taken."""
    for intake in ListIntake.everywhere.filter(pk=id, state=IntakeState.TAKEN.value):
        StagedEntry.erase(intake=intake)


@transaction.atomic
def merge(id: UUID) -> int:
    """Take a compared intake into its list, all of it or nothing; return how many entries changed."""
    hash_list = (  # first, as people's decisions lock it: two who wait for each other would wait for ever
        HashList.everywhere.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .filter(intakes=id)
        .first()
    )
    if hash_list is None:
        return 0
    intake: ListIntake = ListIntake.of(list=hash_list).select_for_update(of=("self",), no_key=True).get(pk=id)
    if IntakeState(intake.state) is not IntakeState.TAKING:
        return 0
    given = {**parameters(intake), "base": hash_list.change, "now": timezone.now()}
    before = dict(run(_BEFORE, given, prepare=False)) if hash_list.change else {}
    ((put,),) = run(_PUT, given, prepare=False)
    ((withdrawn,),) = run(_WITHDRAW, {**given, "base": hash_list.change + put}, prepare=False)
    run(_COME_BACK, given, prepare=False)
    run(_ASIDE, given, prepare=False)
    now = dict(run(_STATES, given, prepare=False))
    for column in COUNTED:
        setattr(hash_list, column, getattr(hash_list, column) + now.get(column, 0) - before.get(column, 0))
    seen = hash_list.checked == hash_list.change or (
        hash_list.read == hash_list.change and hash_list.read_against == intake.against
    )
    hash_list.change += sum(now.values())
    if seen and hash_list.purpose not in AGAINST:  # `quarantine.watching` then need not compare a million once more
        hash_list.read, hash_list.read_against = hash_list.change, intake.against
        hash_list.save(update_fields=["read", "read_against"])
    _recount(hash_list, given["base"], given["now"])
    _put_before_a_person(hash_list, given)
    intake.state = after(IntakeState(intake.state), IntakeEvent.DONE).value
    intake.ended_at = timezone.now()
    intake.save(update_fields=["state", "ended_at"])
    intake.list = hash_list
    if intake.fetched and not intake.withdraws:
        compared = {} if intake.broke_off else {"fetched_at": intake.started_at}
        ListSource.everywhere.filter(list=hash_list, beginning=intake.beginning).update(
            checkpoint=intake.checkpoint, ahead=None, **compared
        )
    if intake.withdraws:
        record(acts.WITHDRAWN, intake.subject, NODE, QUALITY, count=withdrawn)
    elif intake.fetched and intake.ended_by_id is None:
        record(acts.TAKEN_BY_RULE, intake.subject, NODE, QUALITY, count=put + withdrawn)
    else:
        by = Actor(person=intake.ended_by_id, organisation=hash_list.organisation_id)
        record(acts.TAKEN, intake.subject, by, QUALITY, count=put + withdrawn)
    saved(hash_list)
    return put + withdrawn


def _recount(hash_list: HashList, base: object, now: datetime) -> None:
    """Count votes anew where somebody voted here on an entry that changed, or settled what its source's votes said.

    And where they gave several classes before: the statement that reads the file alone ends no contradiction.

    What speaks against it here is seen by no statement that only reads the file: it is disputed now, if it was not.
    """
    changed = ListEntry.of(list=hash_list).filter(change__gt=base)
    older = list(changed.filter(born__isnull=False).order_by().values_list("pk", flat=True))  # a new one has no votes
    found = {
        *changed.filter(pk__in=voted(older)),
        *changed.filter(settled__isnull=False),
        *changed.filter(classes_settled__isnull=False),
        *changed.filter(classes_since__lt=now),
    }
    for row in sorted(found, key=lambda one: one.pk):
        row.list = hash_list
        count(row)
        if held(EntryState(row.state), row.negative) is EntryState(row.state):
            row.save(update_fields=["positive", "negative", "classes_since"])
        else:
            moved(hash_list, row, EntryEvent.DISPUTE, alone=False)


def _put_before_a_person(hash_list: HashList, given: Mapping[str, object]) -> None:
    """Record which entries wait for a person by what a file says of them: one act for many, whatever their number."""
    for which, act in ((_DISPUTED, of_lists.ENTRIES_DISPUTED), (_DIFFER, of_lists.ENTRIES_CLASSES_DIFFER)):
        ((count,),) = run(f"SELECT count(*) FROM ({which}) AS found", given, prepare=False)
        if count:
            number = record(act, hash_list.subject, NODE, QUALITY, count=count)
            run(_NOTED.format(which), {**given, "act": number}, prepare=False)
