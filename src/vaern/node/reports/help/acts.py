"""What the ledger can say of this room: nothing. Help lines are rows of law and recorded as such; who reads is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Act

ACTS: tuple[Act, ...] = ()
