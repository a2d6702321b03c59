"""What a survivor sees of their wish, which hashes are taken, and when a wish is done. Pure; no Django."""

from __future__ import annotations

import enum
import json
import re
from datetime import timedelta

from vaern.records import DIGEST_KINDS, PDQ_BYTES


class WishState(enum.StrEnum):
    """What a survivor sees: coarse on purpose, and true."""

    RECEIVED = "received"
    WATCHING = "watching"
    FOUND = "found"
    NOTICES_SENT = "notices_sent"
    GONE = "gone"
    ENDED = "ended"


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


def state_of(*, ended: bool, touched: bool, hits: int, done: int, noticed: int) -> WishState:
    """Return what a survivor sees.

    Args:
        ended: they ended it.
        touched: somebody at the desk has seen the wish, or its hashes are being looked for.
        hits: how many places with their pictures were found.
        done: how many of these are gone.
        noticed: how many of these somebody was asked to take away, or that are gone.
    """
    if ended:
        return WishState.ENDED
    if hits and done >= hits:
        return WishState.GONE
    if hits and noticed >= hits:
        return WishState.NOTICES_SENT
    if hits:
        return WishState.FOUND
    return WishState.WATCHING if touched else WishState.RECEIVED
