"""The life of a disclosure: states, events, and which side may cause them. Pure; no Django.

One table, as that of a report: pages ask it what to offer, actions what to allow, the documentation's diagram is drawn
from it, and a stateful test walks it.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step


class Who(enum.StrEnum):
    """Who causes an event: the side that asked, the side that was asked, the node."""

    ASKER = "asker"
    ASKED = "asked"
    NODE = "node"


class RevealState(enum.StrEnum):
    """How far a disclosure is."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RECALLED = "recalled"


class RevealEvent(enum.StrEnum):
    """What happens to a reveal."""

    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RECALL = "recall"
    ERASE = "erase"


_S, _E, _W = RevealState, RevealEvent, Who
TRANSITIONS: dict[tuple[RevealState, RevealEvent], Step[RevealState, Who]] = {
    (_S.ASKED, _E.AGREE): Step(_S.AGREED, by(_W.ASKED)),
    (_S.ASKED, _E.REFUSE): Step(_S.REFUSED, by(_W.ASKED)),
    (_S.ASKED, _E.WITHDRAW): Step(_S.WITHDRAWN, by(_W.ASKER)),
    (_S.ASKED, _E.EXPIRE): Step(_S.EXPIRED, by(_W.NODE)),
    (_S.AGREED, _E.RECALL): Step(_S.RECALLED, by(_W.ASKER, _W.ASKED)),
    **{(state, _E.ERASE): Step(state, by(_W.NODE)) for state in _S},
}
"""(state, event) → step. Who asks has agreed by asking; a disclosure goes with its meeting, whatever its state."""

SHOWN = frozenset({_S.AGREED})
"""The only state in which a side learns anything of the other."""


class Level(enum.StrEnum):
    """What each side learns. The record itself is given by an ordinary release, by its owner."""

    ORGANISATION = "organisation"
    CONTACT = "contact"


LEVELS = (Level.ORGANISATION, Level.CONTACT)


class RefusalGround(enum.StrEnum):
    """Why a side does not want to be known: coarse on purpose."""

    NOT_NOW = "not_now"
    NOT_ALLOWED = "not_allowed"
    SENSITIVE = "sensitive"
    NO_NEED = "no_need"


LASTS = timedelta(days=14)
"""How long a question waits for its answer."""

ASKED_AGAIN_AFTER = timedelta(days=30)
"""How long a side that was refused waits before it may ask the same again. The side that refused may ask at once."""

LONGEST_CONTACT = 200
"""Characters of what a side says how its desk is reached."""


def after(state: RevealState, event: RevealEvent, who: Who, *, now: datetime, expires_at: datetime) -> RevealState:
    """Return the state after an event.

    Args:
        state: as it is stored; a question whose time is over counts as expired before anybody stored that.
        event: what happens.
        who: who causes it.
        now: the moment, and
        expires_at: until when the question waits.

    Raises:
        Refusal: not in this state, or not by them.
    """
    current = standing(state, now, expires_at) if event is not _E.EXPIRE else state
    return after_step(TRANSITIONS, "a reveal", current, event, who)


def standing(state: RevealState, now: datetime, expires_at: datetime) -> RevealState:
    """Return how a disclosure stands at a moment: a question whose time is over has expired."""
    return _S.EXPIRED if state is _S.ASKED and expires_at <= now else state


def may_ask_from(refused_at: datetime | None) -> datetime | None:
    """Return when a refused side may ask again, or None if it may at once."""
    return refused_at + ASKED_AGAIN_AFTER if refused_at else None


def covers(agreed: Level, asked: Level) -> bool:
    """Whether what was agreed on says all that is asked for."""
    return LEVELS.index(agreed) >= LEVELS.index(asked)
