"""Recording: one entry in the transaction of the act itself, and durable when that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.ledger.rules import Act, Actor, Reason, Subject


def record(  # noqa: PLR0913 - an entry has so many sides
    act: Act,
    subject: Subject,
    by: Actor,
    reason: Reason,
    *,
    recipient: UUID | None = None,
    count: int | None = None,
    details: str = "",
) -> int:
    """Write one entry and return its number.

    Args:
        act: what was done; it carries the verb.
        subject: to what.
        by: who did it.
        reason: why. Its words are kept outside the hashed part.
        recipient: id of the organisation to which something was disclosed.
        count: how many records a list or a search showed.
        details: further words that may name people (what was searched for); kept with the reason's words.

    Raises:
        TransactionManagementError: no transaction is open, so act and entry would not be one.
    """
    raise NotImplementedError
