"""Messages from phones at the door, and correction for their clocks. Pure; no Django."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from datetime import datetime

MOST = 500
"""Check-ins in one message of a phone."""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check-in, as a phone kept it.

    Attributes:
        id: the phone's own number of it; sent twice, it is one.
        lookup: 32 hexadecimal digits that the badge's code was stretched to.
        at: milliseconds since 1970, by the phone's clock.
    """

    id: UUID
    lookup: str
    at: int


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a phone sends when it is on line again.

    Attributes:
        phone: its random name.
        now: milliseconds since 1970 by its clock, as it sends.
        check_ins: what it has kept.
    """

    phone: str
    now: int
    check_ins: list[Said]


def read(body: bytes) -> Message:
    """Return what a phone sent.

    Raises:
        ValueError: it is no such message, or too long.
    """
    try:
        found = msgspec.json.decode(body, type=Message)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None
    if len(found.check_ins) > MOST or len(found.phone) > 40 or not found.phone.isalnum():
        raise ValueError("too many check-ins, or no name of a phone")
    return found


def happened(at: int, sent: int, received: datetime) -> datetime:
    """Return the time of an event by the server's clock: its age on the phone, subtracted from the time of receipt.

    Args:
        at, sent: milliseconds by the phone's clock; one that went backwards in between counts as no time at all.
        received: by ours.
    """
    ago = min(max(0, sent - at), 7 * 24 * 3600 * 1000)
    return received - timedelta(milliseconds=ago)
