"""What somebody without an account may ask, what is answered, and what has to be there before it is. Pure.

LED art. 14 to 17; GDPR art. 12, 15 and 23. Suspects, victims and people who reported have no account: what identifies
them is what they say of themselves.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from vaern.node.organisations.rules import OrganisationKind, Regime
from vaern.node.oversight.rules import SHORTEST_ASSESSMENT, SHORTEST_PROVISION, Ground, grounds_of

MOST_IDENTIFIERS = 20


class Right(enum.StrEnum):
    """What is asked for: access by the person (LED art. 14, GDPR art. 15), or checks through the authority (LED 17)."""

    ACCESS = "access"
    AUTHORITY = "authority"


class Identity(enum.StrEnum):
    """How it was made sure that it is this person who asks."""

    NOT = "not"
    IN_PERSON = "in_person"
    DOCUMENT = "document"
    ELECTRONIC = "electronic"
    BY_AUTHORITY = "by_authority"


class Reply(enum.StrEnum):
    """What is answered.

    Attributes:
        HELD: what is held, by kind of record and day.
        NEITHER: it is neither confirmed nor denied that anything is held; also the answer where nothing is. An answer
            "nothing is held" beside it would confirm, to everybody who does not get it, that something is.
        CHECKED: the checks took place, and nothing else (LED art. 17(3)).
    """

    HELD = "held"
    NEITHER = "neither"
    CHECKED = "checked"


REPLIES = {Right.ACCESS: (Reply.HELD, Reply.NEITHER), Right.AUTHORITY: (Reply.CHECKED,)}


@dataclass(frozen=True)
class Decision:
    """How a request is answered, and why. `words` is the assessment, and stays inside."""

    reply: Reply
    ground: Ground | None = None
    provision: str = ""
    words: str = ""


def problem_with_decision(
    kind: OrganisationKind, regime: Regime, right: Right, identity: Identity, given: Decision, *, found: int
) -> str:
    """Return the code of what is wrong with an answer, or "" if nothing is.

    Args:
        kind, regime: of the organisation that answers.
        right: what is asked for.
        identity: how it was made sure who asks.
        given: the decision.
        found: how many records were found.
    """
    if given.reply not in REPLIES[right]:
        return "other_right"
    if right is Right.AUTHORITY and kind is not OrganisationKind.OVERSIGHT:
        return "only_oversight"
    if identity is Identity.NOT:
        return "no_identity"
    if given.reply is Reply.HELD:
        return "" if found else "nothing_to_tell"
    if given.reply is Reply.NEITHER:
        return _restricted(regime, given)
    return ""


def _restricted(regime: Regime, given: Decision) -> str:
    if given.ground is None or given.ground not in grounds_of(regime):
        return "no_ground"
    if regime is not Regime.LED and len(given.provision.strip()) < SHORTEST_PROVISION:
        return "no_provision"
    return "" if len(given.words.strip()) >= SHORTEST_ASSESSMENT else "no_words"
