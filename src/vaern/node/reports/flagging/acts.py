"""What the ledger can say of this room, as sentences. The status itself is a row of law, and recorded as such."""

from __future__ import annotations

from vaern.node.ledger.rules import Act

ACTS = [act for act in globals().values() if isinstance(act, Act)]
