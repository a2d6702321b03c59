"""What the ledger can say of progress: nothing. What is published is open, and reading it is no entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Act

ACTS: list[Act] = []
