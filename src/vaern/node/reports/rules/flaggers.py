"""Decisions of Digital Services Coordinators about an organisation, and its status on a day. Pure; no Django.

Regulation (EU) 2022/2065, article 22: the coordinator of the member state of establishment awards the status, suspends
it while it looks into a complaint, and revokes it. (Recitals 61 and 62 read at eu-digital-services-act.com, the end of
22(3) at streamlex.eu, on 28 November 2026; the rest of article 22 recalled.)
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from vaern.node.law.records import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Decision(enum.StrEnum):
    """What a coordinator decided."""

    AWARDED = "awarded"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    REVOKED = "revoked"


GIVES = frozenset({Decision.AWARDED, Decision.RESTORED})
"""What only counts once a second person verified it; what takes the status away counts at once."""

BEFORE: dict[Decision, frozenset[Decision | None]] = {
    Decision.AWARDED: frozenset({None, Decision.REVOKED}),
    Decision.SUSPENDED: frozenset({Decision.AWARDED, Decision.RESTORED}),
    Decision.RESTORED: frozenset({Decision.SUSPENDED}),
    Decision.REVOKED: frozenset({Decision.AWARDED, Decision.SUSPENDED, Decision.RESTORED}),
}
"""After which decision each can come; None: there was none."""


class Step(msgspec.Struct, frozen=True):
    """One decision: a row of law.

    Attributes:
        organisation: id of the organisation.
        since: the first day on which it counts.
        coordinator, country: who decided, and of which country they are coordinator.
        day: on which a person read it in its source.
        area: the designated area of expertise of an award; "" for other decisions.
        reference: number of the decision, or its line in the Commission's list.
    """

    organisation: str
    since: date
    decision: Decision
    coordinator: str
    country: str
    day: date
    area: str = ""
    reference: str = ""
    basis: Basis = Basis.READ
    source: str = ""

    @property
    def key(self) -> str:
        """The key of the row in all its versions: there is at most one decision a day."""
        return f"{self.organisation} {self.since.isoformat()}"


@dataclass(frozen=True)
class Known:
    """A decision, and whether a second person compared it with its source; `row`: the version of its row of law."""

    step: Step
    verified: bool
    row: int = 0

    @property
    def counts(self) -> bool:
        """Whether the decision takes effect: an unverified one never supports a claim."""
        return self.verified or self.step.decision not in GIVES


def in_force(known: Iterable[Known], on: date) -> Known | None:
    """Return the award by which an organisation is a trusted flagger on a day; None if it is not one."""
    award, stands = None, False
    for one in sorted(known, key=lambda one: one.step.since):
        if one.step.since > on or not one.counts:
            continue
        if one.step.decision is Decision.AWARDED:
            award, stands = one, True
        elif one.step.decision is Decision.RESTORED:
            stands = award is not None
        else:
            stands = False
            award = None if one.step.decision is Decision.REVOKED else award
    return award if stands else None


def out_of_order(steps: Iterable[Step]) -> Sequence[Step]:
    """Return the decisions that cannot follow the one before them."""
    last: dict[str, Decision] = {}
    found = []
    for step in sorted(steps, key=lambda step: step.since):
        if last.get(step.organisation) not in BEFORE[step.decision]:
            found.append(step)
        last[step.organisation] = step.decision
    return found
