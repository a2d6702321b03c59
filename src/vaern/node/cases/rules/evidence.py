"""Evidence: what it is, what happens to it, and when a time stamp is asked for again.

The table is what pages offer, actions allow and the documentation draws.
"""

from __future__ import annotations

import enum
import json
import re
from datetime import timedelta

from vaern.node.base.transitions import Step, by
from vaern.node.base.transitions import after as after_step
from vaern.node.cases.rules.case import Who


class Kind(enum.StrEnum):
    """What a piece of evidence is. What it holds lies elsewhere; here are its digests."""

    DEVICE = "device"
    IMAGE = "image"
    FILES = "files"
    ANSWER = "answer"
    REPORT = "report"
    SCAN = "scan"
    STATEMENT = "statement"
    OTHER = "other"


class Held(enum.StrEnum):
    """Whether the organisation has it: awaited is what came with a case, and still lies with its sender."""

    AWAITED = "awaited"
    HELD = "held"
    RETURNED = "returned"
    DESTROYED = "destroyed"


class Event(enum.StrEnum):
    """What happens to evidence; the codes stand in the chain and never change."""

    REGISTERED = "registered"
    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    MOVED = "moved"
    EXAMINED = "examined"
    CHECKED = "checked"
    RESEALED = "resealed"
    CORRECTED = "corrected"
    RETURNED = "returned"
    CAME_BACK = "came_back"
    DESTROYED = "destroyed"


_H, _E = Held, Event
_WORKERS = by(Who.WORKER)

TRANSITIONS: dict[tuple[Held, Event], Step[Held, Who]] = {
    (_H.AWAITED, _E.RECEIVED): Step(_H.HELD, _WORKERS),
    **{
        (_H.HELD, event): Step(_H.HELD, _WORKERS)
        for event in (_E.HANDED_OVER, _E.MOVED, _E.EXAMINED, _E.CHECKED, _E.RESEALED)
    },
    **{(state, _E.CORRECTED): Step(state, _WORKERS) for state in Held},
    (_H.HELD, _E.RETURNED): Step(_H.RETURNED, _WORKERS),
    (_H.RETURNED, _E.CAME_BACK): Step(_H.HELD, _WORKERS),
    (_H.HELD, _E.DESTROYED): Step(_H.DESTROYED, _WORKERS),
}
"""(state, event) → step. What was destroyed can only be corrected."""


def after(state: Held, event: Event) -> Held:
    """Return whether it is held after an event.

    Raises:
        Refusal: not in this state.
    """
    return after_step(TRANSITIONS, "evidence", state, event)


def allowed(state: Held) -> list[Event]:
    """Return what can happen to it now, in the order of the codes."""
    return [event for event in Event if (state, event) in TRANSITIONS]


# Digests ------------------------------------------------------------------------------------------------------------

LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
"""Hexadecimal digits of each digest that the register takes."""

_HEX = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{32,128}(?![0-9A-Fa-f])")
_BY_LENGTH = {length: name for name, length in LENGTHS.items()}


def digests_in(text: str) -> dict[str, str]:
    """Return the digests in a text that somebody typed or pasted, by name; lower case.

    It may be a digest, a line of `sha256sum`, or what `vaern hash` printed, as a table or as JSON.

    Raises:
        ValueError: none, or two different ones of one kind: then it is about more than one file.
    """
    found: dict[str, str] = {}
    pairs = [(_BY_LENGTH.get(len(run), ""), run.lower()) for run in _HEX.findall(text)]
    for name, value in _of_json(text) or pairs:
        if name and len(value) == LENGTHS[name] and found.setdefault(name, value) != value:
            raise ValueError(f"two different {name.upper()} values")
    if not found:
        raise ValueError("no MD5, SHA-1, SHA-256 or SHA-512 value")
    return found


def _of_json(text: str) -> list[tuple[str, str]]:
    """The digests in lines of JSON, by the names that stand beside them: a PDQ value is as long as a SHA-256."""
    pairs: list[tuple[str, str]] = []
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        signals = value.get("signals", []) if isinstance(value, dict) else []
        known = [one for one in signals if isinstance(one, dict) and one.get("kind") in LENGTHS]
        pairs += [(one["kind"], str(one.get("value", "")).lower()) for one in known]
    return pairs


def compared(registered: dict[str, str], found: dict[str, str]) -> bool | None:
    """Return whether what was found is what is registered; None where they have no digest in common."""
    common = registered.keys() & found.keys()
    return all(registered[name] == found[name] for name in common) if common else None


# Time stamps --------------------------------------------------------------------------------------------------------


class Stamping(enum.StrEnum):
    """How far the time stamp of a bag is."""

    NONE = "none"
    WAITING = "waiting"
    STAMPED = "stamped"
    GIVEN_UP = "given_up"


MOST_TRIES = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


def pause_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many failed tries; None when it is given up, after about two days."""
    if tries >= MOST_TRIES:
        return None
    return min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
