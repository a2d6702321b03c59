"""What a source withdraws is withdrawn here at once, whoever decides on what it adds: until then it matches wrongly.

So much that a second person has to agree (`losing.too_many`) waits as everything does: a source that was
broken into would else empty the list everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.base.sql import run
from vaern.node.lists.intake import comparison, taking
from vaern.node.lists.intake.actions import erase_staged, second_needed
from vaern.node.lists.intake.comparison import MISSING, STAGED, parameters
from vaern.node.lists.models import ListIntake
from vaern.node.lists.rules.intake import WAITING, Change, IntakeState
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.sources import services
from vaern.node.lists.sources.locking import locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

_WAITING = ", ".join(f"'{state}'" for state in WAITING)

_GONE = f"""
    SELECT entry AS id FROM ({STAGED}) AS found WHERE change = '{Change.WITHDRAW}'
    UNION ALL SELECT id FROM ({MISSING}) AS missing
"""

_TAKE_OUT = f"""
    WITH gone AS MATERIALIZED ({_GONE}), put AS (
        INSERT INTO lists_stagedentry
            (intake_id, row, withdrawn, junk, classes_differ, ident, {", ".join(taking.COLUMNS)})
        SELECT %(part)s, row_number() OVER (ORDER BY e.id), true, '', false, e.ident,
            {", ".join(f"e.{column}" for column in taking.COLUMNS)}
        FROM gone JOIN lists_listentry e ON e.id = gone.id RETURNING ident
    ), left_out AS (
        DELETE FROM lists_stagedentry s USING put WHERE s.intake_id = %(intake)s AND s.ident = put.ident
    ) SELECT count(*) FROM put
"""
"""Stages what an intake would withdraw as an intake of its own. What a person reinstates meanwhile the rest does not
withdraw again, unless it is all of the list."""

_HOLD_BACK = f"""
    WITH waiting AS (
        SELECT id FROM lists_listintake
        WHERE list_id = %(list)s AND beginning = %(beginning)s AND state IN ({_WAITING})
    ), gone AS (
        DELETE FROM lists_stagedentry w USING waiting WHERE w.intake_id = waiting.id AND NOT w.withdrawn AND (
            EXISTS (
                SELECT FROM lists_stagedentry s WHERE s.intake_id = %(intake)s AND s.ident = w.ident AND s.withdrawn
                    AND NOT coalesce(s.updated < w.updated, false)
            ) OR (%(whole)s AND NOT EXISTS (
                SELECT FROM lists_stagedentry s WHERE s.intake_id = %(intake)s AND s.ident = w.ident
            ))
        ) RETURNING w.intake_id
    ) SELECT DISTINCT intake_id FROM gone
"""


_NAMED = f"""
    INSERT INTO lists_stagedentry (intake_id, row, withdrawn, junk, classes_differ, ident, {", ".join(taking.COLUMNS)})
    SELECT %(part)s, row_number() OVER (ORDER BY e.id), true, '', false, e.ident,
        {", ".join(f"e.{column}" for column in taking.COLUMNS)}
    FROM lists_listentry e WHERE e.list_id = %(list)s AND e.ident = ANY(%(idents)s) AND NOT EXISTS (
        SELECT FROM lists_entryrecall r WHERE r.list_id = e.list_id AND r.ident = e.ident AND r.by_source
    ) RETURNING 1
"""
"""Stages the withdrawal of entries that a source named; what it withdrew before, and a person reinstated, stays so."""


@transaction.atomic
def withdraw(id: UUID, idents: Sequence[str]) -> int:
    """Withdraw entries of a list that its source said to be recalled; return how many: none where it is much.

    What is much waits for the signed release that has the recall, and for a second person then.

    Args:
        id: of the list.
        idents: of the entries.
    """
    source = locked(id)
    if source is None:
        return 0
    part = ListIntake(
        list=source.list,
        state=IntakeState.TAKING.value,
        fetched=True,
        beginning=source.beginning,
        format=services.SERVICES[SourceKind(source.kind)].format,
        started_by=source.set_by,
    )
    part.save(force_insert=True)
    run(_NAMED, {"part": part.pk, "list": source.list_id, "idents": list(idents)}, prepare=False)
    counts = comparison.counts(part)
    part.read = part.withdrawn = counts.withdrawn
    part.lost = counts.lost
    if not part.withdrawn or second_needed(part):
        erase_staged(part)
        part.delete()
        return 0
    part.save(update_fields=["read", "withdrawn", "lost"])
    taking.take(part.pk)
    return part.withdrawn


def take_out(intake: ListIntake) -> int:
    """Withdraw now what an intake would, which then does the rest; return how many that were: none where it is much.

    Args:
        intake: compared, fetched, and nobody's decision yet; its list is locked.
    """
    part = ListIntake(
        list=intake.list,
        state=IntakeState.TAKING.value,
        fetched=True,
        beginning=intake.beginning,
        format=intake.format,
        started_by=intake.started_by,
        read=intake.withdrawn,
        withdrawn=intake.withdrawn,
        lost=intake.withdrawn,
    )
    if not intake.withdrawn or second_needed(part):
        return 0
    part.save(force_insert=True)
    run(_TAKE_OUT, {**parameters(intake), "part": part.pk}, prepare=False)
    taking.take(part.pk)
    intake.lost, intake.withdrawn = intake.lost - intake.withdrawn, 0
    intake.save(update_fields=["lost", "withdrawn"])
    return part.withdrawn


def hold_back(intake: ListIntake, *, whole: bool) -> list[object]:
    """Take out of what was fetched before, and waits, what its source withdraws now; return which intakes have less.

    Args:
        intake: what came now, compared; its list is locked, so that nobody decides on another meanwhile.
        whole: all that the source has came.
    """
    given = {**parameters(intake), "whole": whole, "beginning": intake.beginning}
    return [id for (id,) in run(_HOLD_BACK, given, prepare=False)]


def recount(ids: list[object]) -> None:
    """Count again what intakes would do that wait."""
    for waiting in ListIntake.everywhere.filter(pk__in=ids).select_related("list"):
        counts = comparison.counts(waiting)
        waiting.added, waiting.changed, waiting.same = counts.added, counts.changed, counts.same
        waiting.withdrawn, waiting.lost = counts.withdrawn, counts.lost
        waiting.save(update_fields=["added", "changed", "same", "withdrawn", "lost"])
