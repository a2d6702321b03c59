"""What members tell a hub, so that it can say who has met and nothing else: keyed values, proofs, channels. Pure.

    keyed(secret, common)           # equal on all members' nodes; without the secret no guess can be tested against it
    proof(secret, common, record)   # that who enrolled the record holds the value: no hub can make one
    channel(secret, common, meeting)  # what the two sides of a meeting have in common, and the hub has not

The secret is shared by the members' nodes; the hub never has it. What two sides say to each other passes through the
hub, sealed with the channel and of one size, so that it can neither read, change nor turn round what it carries.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from uuid import UUID

SECRET = 32
PROOF = 16
"""Bytes of the members' secret, and of a proof."""

SAID = 8_192
"""Bytes of what one side says to the other, filled up: its size tells nothing of it."""

NONCE, TAG = 12, 16

OVERLAP = timedelta(days=14)
"""How long values keyed with the secret before stay at the hub, so that a member that is away for some days misses
nobody."""

FRESH_AFTER = timedelta(days=1)
"""How long a node waits before it takes the next secret of another: nobody makes all members key anew every minute."""

MADE_AFTER = timedelta(days=2)
"""How long a node waits before it makes the next secret: longer, so that the others take it whatever clocks say."""

MOST_AHEAD = 100
"""How many numbers the next secret may skip: one who was away missed some; one of a billion would be the last."""

MOST_VALUES = 4_000
"""Values in one message."""

MOST_OF_MEMBER = 2_000_000
"""Values that a hub keeps of one member."""

MOST_SHARED = 200
"""Values that two records share, of which the two sides are told."""

MOST_MET = 1_000
"""Records elsewhere that one record meets."""

UNKNOWN_RECORD = "hub_unknown_record"
UNPROVEN = "hub_unproven"
UNREADABLE = "hub_unreadable"
NOT_OUR_HUB = "hub_not_ours"
NO_SIDE = "hub_no_side"
QUOTA = "hub_quota"
TOO_MANY = "hub_too_many"
HOLDS_SECRET = "hub_holds_secret"  # noqa: S105 - a code
OLDER_SECRET = "hub_older_secret"  # noqa: S105 - a code
TOO_SOON = "hub_too_soon"
ASKED_ALREADY = "hub_asked_already"
NEVER_ASKED = "hub_never_asked"
NOT_WHO_IT_SAYS = "hub_not_who_it_says"


def keyed(secret: bytes, common: bytes) -> bytes:
    """Return what stands for a value at the hub: 32 bytes, equal for equal values of all who have the secret."""
    return _mac(secret, b"value", common)


def proof(secret: bytes, common: bytes, record: UUID) -> bytes:
    """Return what shows a holder of the same value that a record was enrolled with it."""
    return _mac(secret, b"proof", common + record.bytes)[:PROOF]


def proves(given: bytes, secret: bytes, common: bytes, record: UUID) -> bool:
    """Whether a proof is that of a value and a record."""
    return hmac.compare_digest(given, proof(secret, common, record))


def channel(secret: bytes, common: bytes, meeting: UUID) -> bytes:
    """Return the key with which two sides of a meeting seal what they say: of a value that both hold."""
    return _mac(secret, b"channel", common + meeting.bytes)


def identity(secret: bytes) -> bytes:
    """Return 16 bytes by which two members know that they have the same secret; they tell nothing of it."""
    return _mac(secret, b"identity", b"")[:16]


def seal(key: bytes, data: bytes, speaker: UUID) -> bytes:
    """Return what one side says, sealed and filled up.

    Args:
        key: of the channel.
        data: what it says.
        speaker: the record of the side that says it: sent back to it, it opens for nobody.

    Raises:
        ValueError: it is longer than what a side says.
    """
    room = SAID - NONCE - TAG - 4
    if len(data) > room:
        raise ValueError(f"one side says at most {room} bytes to the other")
    nonce = os.urandom(NONCE)
    filled = len(data).to_bytes(4, "big") + data.ljust(room, b"\0")
    return nonce + AESGCM(key).encrypt(nonce, filled, speaker.bytes)


def opened(key: bytes, sealed: bytes, speaker: UUID) -> bytes | None:
    """Return what the other side said; None if it was not that side, of that meeting, that said it."""
    if len(sealed) != SAID:
        return None
    try:
        filled = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], speaker.bytes)
    except InvalidTag:
        return None
    length = int.from_bytes(filled[:4], "big")
    return filled[4 : 4 + length] if length <= len(filled) - 4 else None


def follows(number: int, id: bytes, known: tuple[int, bytes]) -> bool:
    """Whether a secret is newer than the newest that is known.

    Of two that were made at once all take the same: that of the larger id.

    Args:
        number, id: of the secret.
        known: of the newest one; (0, b"") if there is none.
    """
    return (number, id) > known and (not known[0] or number <= known[0] + MOST_AHEAD)


def _mac(secret: bytes, use: bytes, data: bytes) -> bytes:
    return hmac.digest(secret, b"vaern hub 1\0" + use + b"\0" + data, hashlib.sha256)
