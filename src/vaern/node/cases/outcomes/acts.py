"""What the ledger can say of outcomes, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Act

ACTS: list[Act] = []
