"""The checks before every step of a commitment or a reply: lock, permission, state, revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from vaern.node.alliance.models import Commitment, RoundReply
from vaern.node.alliance.rules import commitments
from vaern.node.alliance.rules.commitments import Who
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer

Row = TypeVar("Row", Commitment, RoundReply)


def locked(viewer: Viewer, rows: QuerySet[Row], id: UUID, table: Mapping[Any, Any], event: Any, revision: int) -> Row:
    """Return a row, locked, in the state that follows the event; the caller saves it.

    Args:
        viewer: who takes the step.
        rows: of the model, with what the step reads of others.
        id: of the row.
        table: of its states (`rules.commitments`).
        event: the step.
        revision: that the viewer began from.

    Raises:
        Refusal: not in this state, another country's, or changed since that revision.
    """
    who = commitments.actor(table, event)
    allow(viewer, Permission(who.value))
    found: Row = rows.select_for_update(of=("self",)).get(pk=id)
    if who is Who.RAPPORTEUR and found.member_id != viewer.organisation.member_id:
        raise Refusal(commitments.NOT_ONES_OWN)
    first, _event = next(iter(table))
    after = commitments.after(table, type(first)(found.state), event, who)
    if revision != found.revision:
        raise Stale(commitments.STALE)
    found.state = after.value
    return found
