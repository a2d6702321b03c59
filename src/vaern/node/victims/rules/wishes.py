"""What a survivor sees of their wish and when, and which hashes are taken. Pure; no Django."""

from __future__ import annotations

import enum
import json
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from vaern.node.reports.rules.locations import LocationState
from vaern.records import DIGEST_KINDS, PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date


class WishState(enum.StrEnum):
    """What a survivor sees: coarse on purpose, late on purpose, and true."""

    RECEIVED = "received"
    WATCHING = "watching"
    FOUND = "found"
    NOTICES_SENT = "notices_sent"
    GONE = "gone"
    ENDED = "ended"


STEPS = (WishState.WATCHING, WishState.FOUND, WishState.NOTICES_SENT, WishState.GONE)
"""What a survivor is told of what was found, step by step."""

ASKED = frozenset({LocationState.NOTIFIED, LocationState.MOVED, LocationState.BLOCKED, LocationState.OFFLINE})
"""States of a location in which somebody was asked to remove it, or it is gone."""

FEWEST_DAYS, MOST_DAYS = 2, 9
"""How long a step waits at least, and at most, before a survivor is told."""


class Told(enum.StrEnum):
    """Whether somebody wants to hear of later cases with their pictures, and how."""

    NEVER = "never"
    ASK_CONTACT = "ask_contact"
    WHEN_I_LOOK = "when_i_look"


HASH_KINDS = frozenset({*DIGEST_KINDS, "pdq"})
"""What is taken. A vPDQ is left out: `vaern hash` prints the digests of a video too, and these find it."""

SIZES = {**DIGEST_KINDS, "pdq": PDQ_BYTES}
MOST_HASHES = 2_000
LONGEST_TEXT = 1_500_000
LONGEST_CONTACT = 80
NEAR = 31
"""Bits by which two PDQ values may differ and still be taken for one picture: as in hash lists."""

KEPT_FOR = timedelta(days=5 * 365)
"""How long hashes are looked for, unless the survivor ends it before: what was shared comes back for years."""

ENDED_KEPT_FOR = timedelta(days=30)
"""How long the code of an ended wish still answers; after that nothing of it is left."""

_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_BY_LENGTH = {2 * size: kind for kind, size in DIGEST_KINDS.items()}


def hashes_in(text: str) -> tuple[list[tuple[str, bytes]], int]:
    """Return the hashes in what was pasted, each once and in order, and how many lines held none.

    Taken are: a hash a line (32, 40 or 64 hexadecimal digits: MD5, SHA-1, SHA-256), `kind hash`, and the JSON or JSON
    lines that `vaern hash` prints, of which the signals are kept and names of files are dropped here.
    """
    found: dict[tuple[str, bytes], None] = {}
    wrong = 0
    for line in _lines(text):
        hashes = _of_json(line) if line.lstrip().startswith(("{", "[")) else _of_line(line)
        wrong += not hashes
        found.update(dict.fromkeys(hashes))
    return list(found), wrong


def _lines(text: str) -> list[str]:
    stripped = text.strip()
    if stripped.startswith(("[", "{")):
        try:
            json.loads(stripped)
        except ValueError:
            pass
        else:
            return [stripped]
    return [line.strip() for line in stripped.splitlines() if line.strip()]


def _of_line(line: str) -> list[tuple[str, bytes]]:
    words = line.replace(":", " ").replace(",", " ").replace("=", " ").split()
    named = next((word.lower().replace("-", "") for word in words if word.lower().replace("-", "") in HASH_KINDS), "")
    for word in words:
        if _HEX.match(word) and (hash := _hash(named or _BY_LENGTH.get(len(word), ""), word)):
            return [hash]
    return []


def _hash(kind: str, value: object) -> tuple[str, bytes] | None:
    if kind not in HASH_KINDS or not isinstance(value, str) or len(value) != 2 * SIZES[kind] or not _HEX.match(value):
        return None
    return kind, bytes.fromhex(value)


def _of_json(line: str) -> list[tuple[str, bytes]]:
    try:
        return _walk(json.loads(line))
    except (ValueError, RecursionError):
        return []


def _walk(value: object) -> list[tuple[str, bytes]]:
    """Return the hashes in what `vaern hash` prints (`signals` of `kind` and `value`), or an object of kind → hex."""
    if isinstance(value, list):
        return [hash for one in value for hash in _walk(one)]
    if not isinstance(value, dict):
        return []
    found = []
    if hash := _hash(str(value.get("kind", "")), value.get("value")):
        found.append(hash)
    found += [hash for kind in HASH_KINDS if (hash := _hash(kind, value.get(kind)))]
    return found + [hash for one in value.values() if isinstance(one, list | dict) for hash in _walk(one)]


def truth(found: Iterable[LocationState]) -> WishState:
    """Return how far removal at online locations has come; where it is blocked it is still there.

    Args:
        found: the states of the locations that have what a hash of the wish stands for, and may be told of.
    """
    states = {state for state in found if state is not LocationState.STOPPED}
    if not states:
        return WishState.WATCHING
    if states == {LocationState.OFFLINE}:
        return WishState.GONE
    return WishState.NOTICES_SENT if states <= ASKED else WishState.FOUND


class Telling(NamedTuple):
    """What a survivor was told last, and on which day each further step is told."""

    shown: WishState
    days: dict[WishState, date]


def told(before: Telling, truth: WishState | None, today: date, draw: Callable[[], int]) -> Telling:
    """Return what a survivor reads from today on: a step ahead once its day has come, and never one back.

    Each step has a day of its own, drawn once. What comes up after all was gone begins anew, with its own days.

    Args:
        before: as it was.
        truth: how far it is; None while a hold or a case is silent: then everything stays, and no day is kept, so that
            the end of a silence is told by nothing.
        today: the day.
        draw: how many days a step waits.
    """
    if truth is None:
        return Telling(before.shown, {})
    again = before.shown is WishState.GONE and truth is not WishState.GONE
    base = 0 if again else STEPS.index(before.shown)
    ahead = STEPS[base + 1 : STEPS.index(truth) + 1]
    days = {step: before.days.get(step) or today + timedelta(days=draw()) for step in ahead}
    ready = [step for step in ahead if days[step] <= today]
    if not ready:
        return Telling(before.shown, days)
    shown = ready[-1]
    return Telling(shown, {step: day for step, day in days.items() if STEPS.index(step) > STEPS.index(shown)})


def drawn() -> int:
    """Return how many days a step waits before it is told: at random, so that no answer dates an act of a desk."""
    return FEWEST_DAYS + secrets.randbelow(MOST_DAYS - FEWEST_DAYS + 1)
