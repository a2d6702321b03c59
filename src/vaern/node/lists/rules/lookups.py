"""Why programs look signals up, as the ledger says it. Pure; no Django."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PURPOSES = 20
"""Purposes that an entry names with their numbers; of what is beyond, the number."""

_WHY = {
    OrganisationKind.HOTLINE: Why.ASSESSMENT,
    OrganisationKind.POLICE: Why.INVESTIGATION,
    OrganisationKind.PLATFORM: Why.REMOVAL,
}


def why_of(kind: str) -> Why:
    """Return the reason for which programs of such an organisation ask: it follows from what the organisation does."""
    return _WHY.get(OrganisationKind(kind), Why.LIST_QUALITY)


def purposes_said(purposes: Iterable[str]) -> str:
    """Return how many calls had which purpose, the most frequent first, a line each; "" where nobody said one."""
    counted = Counter(purposes)
    if not any(counted):
        return ""
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    lines = [f"{number} {purpose or '-'}" for purpose, number in ordered[:MOST_PURPOSES]]
    if rest := ordered[MOST_PURPOSES:]:
        lines.append(f"{sum(number for _, number in rest)} of {len(rest)} other purposes")
    return "\n".join(lines)
